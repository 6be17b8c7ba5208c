package org.p3s.monitor.projection;

import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.contracts.WorkflowFinished.State;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** What becomes of files when their workflows end. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class FilesDoneIT extends Folding {

  private UUID file = Ids.next();
  private String watch = "w" + file;

  private void another() {
    file = Ids.next();
    watch = "w" + file;
  }

  private FileArrived arrival(String... dags) {
    return new FileArrived(
        file,
        watch,
        "/d/a",
        "/d",
        "a",
        7,
        NOW,
        null,
        null,
        List.of(dags),
        null,
        null,
        null,
        null,
        NOW,
        NOW);
  }

  private List<Event> workflow(String dag, State end, int second) {
    UUID uuid = Ids.next();
    return List.of(
        new WorkflowDefined(
            uuid,
            "w",
            dag,
            1,
            "u",
            1,
            file,
            watch,
            "/d/a",
            null,
            WorkflowDefined.State.RUNNING,
            NOW,
            NOW),
        new WorkflowFinished(
            uuid,
            "w",
            dag,
            1,
            end,
            null,
            1,
            1,
            file,
            watch,
            "/d/a",
            NOW,
            NOW,
            NOW.plusSeconds(second),
            false));
  }

  private void is(String state, Matcher<?> done) {
    as("viewer")
        .get("/api/v1/files?watch=" + watch)
        .then()
        .body("items[0].state", equalTo(state))
        .body("items[0].ts_done", done);
  }

  @Test
  void a_rerun_that_finishes_mends_its_file() {
    fold(arrival("d"));
    List<Event> failure = workflow("d", State.FAILED, 5);
    failure.forEach(this::fold);
    is("failed", equalTo("2026-11-24T10:00:05.000Z"));
    List<Event> rerun = workflow("d", State.FINISHED, 9);
    fold(rerun.get(0));
    is("failed", equalTo("2026-11-24T10:00:05.000Z"));
    fold(rerun.get(1));
    failure.forEach(this::fold);
    is("processed", equalTo("2026-11-24T10:00:09.000Z"));
  }

  @Test
  void what_becomes_of_a_file_asks_for_no_order_of_events() {
    for (int seed = 0; seed < 20; seed++) {
      another();
      foldShuffled(
          Stream.of(
                  List.of(arrival("d")),
                  workflow("d", State.FAILED, 5),
                  workflow("d", State.CANCELLED, 7),
                  workflow("d", State.FINISHED, 9),
                  workflow("d", State.FAILED, 11))
              .flatMap(List::stream)
              .toList(),
          seed);
      is("processed", equalTo("2026-11-24T10:00:09.000Z"));
    }
  }

  @Test
  void every_template_of_a_file_must_have_done_its_part() {
    fold(arrival("d", "e"));
    List<Event> of = workflow("d", State.FINISHED, 3);
    List<Event> failure = workflow("e", State.FAILED, 5);
    fold(of.get(0), failure.get(0));
    fold(of.get(1));
    is("arrived", equalTo(null));
    fold(failure.get(1));
    is("failed", equalTo("2026-11-24T10:00:05.000Z"));
    workflow("d", State.FINISHED, 6).forEach(this::fold);
    is("failed", equalTo("2026-11-24T10:00:05.000Z"));
    workflow("e", State.FINISHED, 9).forEach(this::fold);
    is("processed", equalTo("2026-11-24T10:00:09.000Z"));
  }
}
