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
import org.p3s.contracts.FileArrivedBuilder;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Workflows that are made for arrived files. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ArrivalIT extends WorkflowServiceTestBase {

  @Test
  void an_arrived_file_makes_each_workflow_once_and_replaces_the_placeholder() {
    String one = loadDag("IN>a");
    String two = loadDag("IN>b");
    FileArrived file = arrival(List.of(one, two));
    events.send(file, file);
    WorkflowDefined made =
        events.awaitFirst(
            WorkflowDefined.class, w -> file.file().equals(w.file()) && w.dag().equals(one));
    events.awaitFirst(
        WorkflowDefined.class, w -> file.file().equals(w.file()) && w.dag().equals(two));
    JobDefined a = events.awaitJobDefined(made.wfuuid(), "a");
    assertThat(a.env()).containsEntry("FILE_IN_a", "/in/run5_1.raw");
    assertThat(a.infile()).isEqualTo("/in/run5_1.raw");
    assertThat(a.run()).isEqualTo(5);
    assertThat(a.priority()).isEqualTo(8);
    assertThat(a.staleAt()).isNotNull();
    events.send(file);
    events.send(BrokerEvents.jobSucceeded(a));
    WorkflowFinished end = awaitFinished(made.wfuuid());
    assertThat(end.file()).isEqualTo(file.file());
    assertThat(end.path()).isEqualTo("/in/run5_1.raw");
    assertThat(statesBy("source", getWorkflow(made.wfuuid()).path("data")))
        .containsEntry("IN", "ready");
    assertThat(events.received(WorkflowDefined.class, w -> file.file().equals(w.file())))
        .hasSize(2);
  }

  private static FileArrived arrival(List<String> dags) {
    Instant now = Instant.now();
    return FileArrivedBuilder.builder()
        .file(Ids.next())
        .watch("w")
        .path("/in/run5_1.raw")
        .dirpath("/in")
        .name("run5_1.raw")
        .size(10)
        .mtime(now)
        .run(5L)
        .subrun(1L)
        .dags(dags)
        .priority(8)
        .staleafter(60L)
        .user("jane")
        .seenAt(now)
        .wholeAt(now)
        .build();
  }

  @Test
  void a_file_for_an_unknown_template_is_a_dead_letter_and_does_not_disturb_others() {
    FileArrived lost = arrival(List.of("no-such-dag", loadDag("IN>a")));
    FileArrived good = arrival(List.of(loadDag("IN>a")));
    events.send(lost, good);
    events.awaitFirst(WorkflowDefined.class, w -> good.file().equals(w.file()));
    events.awaitFirst(WorkflowDefined.class, w -> lost.file().equals(w.file()));
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(
            () -> events.deadLetters().stream().anyMatch(r -> r.contains(lost.file().toString())));
  }
}
