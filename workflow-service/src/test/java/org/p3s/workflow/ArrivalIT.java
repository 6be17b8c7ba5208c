package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** What becomes of files that the watcher has seen. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ArrivalIT extends WorkflowServiceTestBase {

  @Test
  void an_arrival_makes_each_workflow_once_and_lies_on_the_placeholder() {
    String one = dag("IN>a");
    String two = dag("IN>b");
    FileArrived file = arrival(List.of(one, two));
    wire.tell(file, file);
    WorkflowDefined made =
        wire.one(WorkflowDefined.class, w -> file.file().equals(w.file()) && w.dag().equals(one));
    wire.one(WorkflowDefined.class, w -> file.file().equals(w.file()) && w.dag().equals(two));
    JobDefined a = wire.defined(made.wfuuid(), "a");
    assertThat(a.env()).containsEntry("FILE_IN_a", "/in/run5_1.raw");
    assertThat(a.infile()).isEqualTo("/in/run5_1.raw");
    assertThat(a.run()).isEqualTo(5);
    assertThat(a.priority()).isEqualTo(8);
    assertThat(a.staleAt()).isNotNull();
    wire.tell(file);
    wire.tell(Wire.success(a));
    WorkflowFinished end = finished(made.wfuuid());
    assertThat(end.file()).isEqualTo(file.file());
    assertThat(end.path()).isEqualTo("/in/run5_1.raw");
    assertThat(states(show(made.wfuuid()).path("data"), "source")).containsEntry("IN", "ready");
    assertThat(wire.all(WorkflowDefined.class, w -> file.file().equals(w.file()))).hasSize(2);
  }

  private static FileArrived arrival(List<String> dags) {
    Instant now = Instant.now();
    return new FileArrived(
        Ids.next(),
        "w",
        "/in/run5_1.raw",
        "/in",
        "run5_1.raw",
        10,
        now,
        5L,
        1L,
        dags,
        null,
        8,
        60L,
        "jane",
        now,
        now);
  }

  @Test
  void an_arrival_for_an_unknown_template_is_a_dead_letter_and_harms_no_other() {
    FileArrived lost = arrival(List.of("no-such-dag", dag("IN>a")));
    FileArrived good = arrival(List.of(dag("IN>a")));
    wire.tell(lost, good);
    wire.one(WorkflowDefined.class, w -> good.file().equals(w.file()));
    wire.one(WorkflowDefined.class, w -> lost.file().equals(w.file()));
    await()
        .atMost(Wire.LONG)
        .until(() -> wire.dead.stream().anyMatch(r -> r.value().contains(lost.file().toString())));
  }
}
