package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Retries of failed jobs, and the mark for reprocessing. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class RetryIT extends WorkflowServiceTestBase {

  private static UUID rerun(UUID workflow, String body) {
    Answer again = WorkflowApi.post("/workflows/" + workflow + "/rerun", body);
    assertThat(again.status()).as(again.text()).isEqualTo(201);
    assertThat(again.json().path("rerun_of").asText()).isEqualTo(workflow.toString());
    return again.uuid();
  }

  private JobDefined awaitAttempt(UUID workflow, String node, int number) {
    return events.awaitFirst(
        JobDefined.class,
        job -> workflow.equals(job.wfuuid()) && node.equals(job.node()) && job.attempt() == number);
  }

  private void failJob(UUID workflow, String node) {
    events.send(BrokerEvents.jobEnded(events.awaitJobDefined(workflow, node), JobEnd.FINISHED, 3));
  }

  private static String listMarked() {
    return WorkflowApi.get("/workflows?reprocess=true&limit=1000").text();
  }

  @Test
  void all_attempts_are_stored_and_a_job_that_fails_at_each_marks_its_workflow() {
    UUID workflow = createWorkflow(loadGraphMl(GraphMlText.with("a>b", "maxattempts", "3")));
    for (int number = 1; number <= 3; number++) {
      JobDefined attempt = awaitAttempt(workflow, "a", number);
      if (number == 1) {
        assertThat(attempt.notBefore()).isNull();
      } else {
        assertThat(Duration.between(attempt.definedAt(), attempt.notBefore()))
            .isEqualTo(Duration.ofSeconds(number == 2 ? 5 : 10));
      }
      events.send(
          BrokerEvents.jobEnded(attempt, JobEnd.FINISHED, 10 + number),
          BrokerEvents.jobEnded(attempt, JobEnd.KILLED, 1));
    }
    WorkflowFinished end = awaitFinished(workflow);
    assertThat(end.reprocess()).isTrue();
    assertThat(end.reason()).isEqualTo("job a failed, attempt 3");
    UUID job = awaitAttempt(workflow, "a", 1).job();
    JsonNode attempts = WorkflowApi.get("/jobs/" + job + "/provenance").json().path("attempts");
    assertThat(attempts.findValues("errcode").stream().map(JsonNode::asInt))
        .containsExactly(11, 12, 13);
    assertThat(attempts.path(2).path("host").asText()).isEqualTo("host");
    assertThat(listMarked()).contains(workflow.toString());
    rerun(workflow, "{\"failed\": true}");
    assertThat(listMarked()).doesNotContain(workflow.toString());
    Answer mark = WorkflowApi.patch("/workflows/" + workflow, "{\"reprocess\": true}");
    assertThat(mark.json().path("reprocess").asBoolean()).isTrue();
    assertThat(WorkflowApi.patch("/workflows/" + workflow, "{\"reproces\": true}").status())
        .isEqualTo(422);
  }

  @Test
  void a_failure_at_the_only_attempt_does_not_mark_the_workflow() {
    UUID workflow = createWorkflow(loadGraphMl(GraphMlText.of("a>b")));
    failJob(workflow, "a");
    assertThat(awaitFinished(workflow).reprocess()).isFalse();
    assertThat(listMarked()).doesNotContain(workflow.toString());
  }
}
