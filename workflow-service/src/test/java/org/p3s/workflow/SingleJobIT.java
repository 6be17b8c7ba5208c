package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Jobs that belong to no workflow. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class SingleJobIT extends WorkflowServiceTestBase {

  @Test
  void all_jobs_of_a_file_are_accepted_or_none() {
    String type = "t-" + UUID.randomUUID();
    String good = "{\"payload\":\"/bin/true\",\"jobtype\":\"" + type + "\",\"timeout\":\"5\"}";
    Answer refused = WorkflowApi.post("/jobs", "[" + good + ",{\"payload\":7,\"x\":1}]");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().path("errors").path(0).path("pointer").asText()).isEqualTo("/1/x");
    Answer nul = WorkflowApi.post("/jobs", "{\"payload\":\"x\",\"env\":{\"A\":\"\\u0000\"}}");
    assertThat(nul.status()).isEqualTo(422);
    assertThat(nul.json().path("errors").path(0).path("pointer").asText()).isEqualTo("/env/A");
    Answer two = WorkflowApi.post("/jobs", "[" + good + "]\n[" + good + "]");
    assertThat(two.problem()).as(two.text()).isEqualTo("malformed-json");
    assertThat(two.json().path("errors").path(0).path("line").asInt()).isEqualTo(2);
    Answer twice = WorkflowApi.post("/jobs", "[{\"payload\":\"a\",\n\"payload\":\"b\"}]");
    assertThat(twice.status()).as(twice.text()).isEqualTo(422);
    assertThat(twice.json().path("detail").asText())
        .isEqualTo("/0/payload: one object has twice the key 'payload'");
    assertThat(twice.json().path("errors").path(0).path("line").asInt()).isEqualTo(2);
    Answer posted = WorkflowApi.post("/jobs?replicas=2", "[" + good + "," + good + "]");
    assertThat(posted.status()).isEqualTo(201);
    assertThat(posted.json().path("items")).hasSize(4);
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(() -> events.received(JobDefined.class, j -> j.jobtype().equals(type)).size() == 4);
    JobDefined first = events.received(JobDefined.class, j -> j.jobtype().equals(type)).get(0);
    assertThat(first.wfuuid()).isNull();
    assertThat(first.timelimit()).isEqualTo(5);
  }

  @Test
  void a_job_is_adjusted_retried_and_ended_once() {
    Answer posted = WorkflowApi.post("/jobs", "{\"payload\":\"x\",\"maxattempts\":2}");
    UUID uuid = posted.uuids().get(0);
    assertThat(
            WorkflowApi.patch("/jobs/" + uuid, "{\"priority\":5}").json().path("priority").asInt())
        .isEqualTo(5);
    JobDefined job = events.awaitJobDefined(uuid);
    JobFinished failure = BrokerEvents.jobEnded(job, JobEnd.FINISHED, 3);
    events.send(failure, failure);
    JobDefined again =
        events.awaitFirst(JobDefined.class, j -> j.job().equals(uuid) && j.attempt() == 2);
    assertThat(again.priority()).isEqualTo(5);
    events.send(failure, BrokerEvents.jobEnded(again, JobEnd.TIMELIMIT, 77));
    awaitJobState(uuid, "timelimit");
    assertThat(WorkflowApi.get("/jobs/" + uuid).json().path("errcode").asInt()).isEqualTo(77);
    assertThat(events.received(JobDefined.class, j -> j.job().equals(uuid))).hasSize(2);
    assertThat(WorkflowApi.patch("/jobs/" + uuid, "{\"priority\":1}").status()).isEqualTo(409);
    assertThat(WorkflowApi.delete("/jobs/" + uuid).status()).isEqualTo(409);
    assertThat(WorkflowApi.patch("/jobs/" + UUID.randomUUID(), "{\"priority\":1}").status())
        .isEqualTo(404);
  }

  @Test
  void a_cancelled_job_is_withdrawn() {
    Answer posted = WorkflowApi.post("/jobs", "{\"payload\":\"x\",\"maxattempts\":9}");
    UUID uuid = posted.uuids().get(0);
    JobDefined job = events.awaitJobDefined(uuid);
    assertThat(WorkflowApi.delete("/jobs/" + uuid).status()).isEqualTo(202);
    assertThat(events.awaitFirst(JobWithdrawn.class, w -> w.job().equals(uuid)).waitingOnly())
        .isFalse();
    events.send(BrokerEvents.jobEnded(job, JobEnd.CANCELLED, null));
    awaitJobState(uuid, "cancelled");
    assertThat(events.received(JobDefined.class, j -> j.job().equals(uuid))).hasSize(1);
  }
}
