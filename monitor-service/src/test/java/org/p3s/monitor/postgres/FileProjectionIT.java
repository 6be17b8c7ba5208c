package org.p3s.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.p3s.monitor.SampleEvents.NOW;
import static org.p3s.monitor.SampleEvents.fileArrived;
import static org.p3s.monitor.SampleEvents.workflowDefined;
import static org.p3s.monitor.SampleEvents.workflowFinished;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.contracts.WorkflowFinished.State;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.monitor.app.StateNames;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The state of a file follows from the ends of its workflows. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class FileProjectionIT extends MonitorTestBase {

  @Inject Pool pool;

  private UUID file = Ids.next();

  private FileArrived arrival(String... dags) {
    return fileArrived(file).watch("watch" + file).dags(List.of(dags)).build();
  }

  /** The definition and the end of a workflow for the file. */
  private List<Event> workflow(String dag, State end, int second) {
    UUID workflow = Ids.next();
    return List.of(
        workflowDefined(workflow).dag(dag).file(file).build(),
        workflowFinished(workflow, end).dag(dag).file(file).tsSto(NOW.plusSeconds(second)).build());
  }

  private void assertFileIs(String state, Matcher<?> done) {
    get("/api/v1/files?watch=watch" + file)
        .body("items[0].state", equalTo(state))
        .body("items[0].ts_done", done);
  }

  @Test
  void a_file_that_failed_is_processed_when_a_rerun_finishes() {
    project(arrival("d"));
    List<Event> failure = workflow("d", State.FAILED, 5);
    failure.forEach(this::project);
    assertFileIs("failed", equalTo("2026-11-24T10:00:05.000Z"));
    List<Event> rerun = workflow("d", State.FINISHED, 9);
    project(rerun.get(0));
    assertFileIs("failed", equalTo("2026-11-24T10:00:05.000Z"));
    project(rerun.get(1));
    failure.forEach(this::project);
    assertFileIs("processed", equalTo("2026-11-24T10:00:09.000Z"));
  }

  @Test
  void the_state_of_a_file_does_not_depend_on_the_order_of_events() {
    for (int seed = 0; seed < 20; seed++) {
      file = Ids.next();
      projectShuffled(
          Stream.of(
                  List.of(arrival("d")),
                  workflow("d", State.FAILED, 5),
                  workflow("d", State.CANCELLED, 7),
                  workflow("d", State.FINISHED, 9),
                  workflow("d", State.FAILED, 11))
              .flatMap(List::stream)
              .toList(),
          seed);
      assertFileIs("processed", equalTo("2026-11-24T10:00:09.000Z"));
    }
  }

  @Test
  void a_file_of_two_dags_is_processed_when_a_workflow_of_each_finished() {
    project(arrival("d", "e"));
    List<Event> success = workflow("d", State.FINISHED, 3);
    List<Event> failure = workflow("e", State.FAILED, 5);
    project(success.get(0), failure.get(0));
    project(success.get(1));
    assertFileIs("arrived", equalTo(null));
    project(failure.get(1));
    assertFileIs("failed", equalTo("2026-11-24T10:00:05.000Z"));
    workflow("d", State.FINISHED, 6).forEach(this::project);
    assertFileIs("failed", equalTo("2026-11-24T10:00:05.000Z"));
    workflow("e", State.FINISHED, 9).forEach(this::project);
    assertFileIs("processed", equalTo("2026-11-24T10:00:09.000Z"));
  }

  @Test
  void the_table_allows_the_states_that_can_be_asked_for() {
    String check =
        pool.query(
                "SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint"
                    + " WHERE conrelid = 'file'::regclass AND contype = 'c'")
            .execute()
            .await()
            .atMost(Duration.ofSeconds(10))
            .iterator()
            .next()
            .getString("text");
    List<String> quoted =
        java.util.regex.Pattern.compile("'([a-z]+)'")
            .matcher(check)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(quoted).containsExactlyInAnyOrderElementsOf(StateNames.OF_FILES);
  }
}
