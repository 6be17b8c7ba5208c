package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobProgressBuilder;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Workflows from their start to their end, over HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class WorkflowIT extends WorkflowServiceTestBase {

  @Test
  void a_workflow_runs_from_its_start_to_its_end() {
    String dag = loadDag("IN>a", "IN>b", "a>JOIN", "b>JOIN", "JOIN>c", "c>OUT");
    UUID workflow = createWorkflow(dag);
    assertThat(
            events.awaitFirst(WorkflowDefined.class, w -> w.wfuuid().equals(workflow)).nvertices())
        .isEqualTo(6);
    JobDefined a = events.awaitJobDefined(workflow, "a");
    JobDefined b = events.awaitJobDefined(workflow, "b");
    assertThat(a.payload()).isEqualTo("run a");
    assertThat(a.env()).containsKeys("FILE_IN_a", "FILE_a_JOIN");
    assertThat(a.outputs()).containsExactly(a.env().get("FILE_a_JOIN"));
    events.send(
        BrokerEvents.jobSucceeded(a),
        BrokerEvents.jobSucceeded(a),
        BrokerEvents.jobSucceeded(b),
        BrokerEvents.jobSucceeded(a));
    JobDefined c = events.awaitJobDefined(workflow, "c");
    events.send(
        BrokerEvents.jobSucceeded(c), BrokerEvents.jobSucceeded(b), BrokerEvents.jobSucceeded(c));
    WorkflowFinished end = awaitFinished(workflow);
    assertThat(end.state()).isEqualTo(WorkflowFinished.State.FINISHED);
    assertThat(end.ndone()).isEqualTo(6);
    assertThat(end.dag()).isEqualTo(dag);
    JsonNode shown = getWorkflow(workflow);
    assertThat(shown.path("state").asText()).isEqualTo("finished");
    assertThat(shown.path("outcome").asText()).isEqualTo("success");
    assertThat(shown.path("ndone").asInt()).isEqualTo(6);
    assertThat(statesBy("node", shown.path("jobs")).values()).containsOnly("finished");
    assertThat(statesBy("source", shown.path("data")))
        .containsEntry("a", "ready")
        .containsEntry("c", "ready")
        .containsEntry("IN", "ready")
        .containsEntry("JOIN", "ready");
    assertThat(shown.path("jobs").path(3).path("host").asText()).isEqualTo("host");
    assertThat(events.definedNodes(workflow)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(events.received(WorkflowFinished.class, e -> e.wfuuid().equals(workflow)))
        .hasSize(1);
  }

  @Test
  void a_workflow_of_noops_ends_at_once() {
    UUID workflow = createWorkflow(loadDag("A>B", "B>C"));
    assertThat(awaitFinished(workflow).ndone()).isEqualTo(3);
    assertThat(getWorkflow(workflow).path("state").asText()).isEqualTo("finished");
    assertThat(getWorkflow(workflow).path("ts_sto").isNull()).isFalse();
    assertThat(events.definedNodes(workflow)).isEmpty();
  }

  @Test
  void the_progress_of_jobs_is_shown() {
    UUID workflow = createWorkflow(loadDag("a>b"));
    JobDefined a = events.awaitJobDefined(workflow, "a");
    events.send(
        JobProgressBuilder.builder(BrokerEvents.jobRunning(a.job(), "s"))
            .wfuuid(workflow)
            .node("a")
            .host("h1")
            .build());
    awaitJobState(a.job(), "running");
    assertThat(WorkflowApi.get("/jobs/" + a.job()).json().path("host").asText()).isEqualTo("h1");
    events.send(BrokerEvents.jobSucceeded(a));
    events.awaitJobDefined(workflow, "b");
    assertThat(WorkflowApi.get("/jobs/" + a.job()).json().path("outcome").asText())
        .isEqualTo("success");
  }

  @Test
  void a_failure_ends_the_workflow_and_withdraws_waiting_jobs() {
    UUID workflow = createWorkflow(loadDag("a>c", "b>c"));
    JobDefined a = events.awaitJobDefined(workflow, "a");
    JobDefined b = events.awaitJobDefined(workflow, "b");
    events.send(BrokerEvents.jobEnded(a, JobEnd.NONSTARTER, 127));
    WorkflowFinished end = awaitFinished(workflow);
    assertThat(end.state()).isEqualTo(WorkflowFinished.State.FAILED);
    assertThat(end.reason()).contains("a").contains("nonstarter");
    JobWithdrawn withdrawn = events.awaitFirst(JobWithdrawn.class, w -> w.job().equals(b.job()));
    assertThat(withdrawn.waitingOnly()).isTrue();
    events.send(BrokerEvents.jobSucceeded(b));
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(
            () -> "finished".equals(statesBy("node", getWorkflow(workflow).path("jobs")).get("b")));
    JsonNode shown = getWorkflow(workflow);
    assertThat(shown.path("state").asText()).isEqualTo("failed");
    assertThat(shown.path("reason").asText()).contains("nonstarter");
    assertThat(shown.path("outcome").asText()).isEqualTo("failure");
    assertThat(statesBy("node", shown.path("jobs"))).containsEntry("c", "cancelled");
    assertThat(events.definedNodes(workflow)).doesNotContain("c");
    assertThat(events.received(WorkflowFinished.class, e -> e.wfuuid().equals(workflow)))
        .hasSize(1);
  }

  @Test
  void cancelling_a_workflow_stops_its_running_jobs() {
    String dag = loadDag("a>b");
    UUID workflow = createWorkflow(dag);
    JobDefined a = events.awaitJobDefined(workflow, "a");
    assertThat(WorkflowApi.delete("/dags/" + dag).problem()).isEqualTo("workflows-running");
    assertThat(WorkflowApi.delete("/workflows/" + workflow).status()).isEqualTo(202);
    assertThat(WorkflowApi.delete("/workflows/" + workflow).status()).isEqualTo(202);
    JobWithdrawn stop = events.awaitFirst(JobWithdrawn.class, w -> w.job().equals(a.job()));
    assertThat(stop.waitingOnly()).isFalse();
    assertThat(awaitFinished(workflow).state()).isEqualTo(WorkflowFinished.State.CANCELLED);
    events.send(BrokerEvents.jobEnded(a, JobEnd.CANCELLED, null));
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(
            () ->
                "cancelled".equals(statesBy("node", getWorkflow(workflow).path("jobs")).get("a")));
    assertThat(statesBy("source", getWorkflow(workflow).path("data")))
        .containsEntry("a", "dropped");
    assertThat(WorkflowApi.delete("/dags/" + dag).status()).isEqualTo(204);
    assertThat(WorkflowApi.delete("/workflows/" + UUID.randomUUID()).status()).isEqualTo(404);
  }

  @Test
  void workflows_keep_the_version_of_a_replaced_template() {
    String dag = loadDag("a>b");
    UUID old = createWorkflow(dag);
    WorkflowApi.loadTemplate("replace=true&name=" + dag, GraphMlText.of("x>y"));
    UUID fresh = createWorkflow(dag);
    assertThat(getWorkflow(old).path("dag_version").asInt()).isEqualTo(1);
    assertThat(getWorkflow(fresh).path("dag_version").asInt()).isEqualTo(2);
    events.send(BrokerEvents.jobSucceeded(events.awaitJobDefined(old, "a")));
    events.awaitJobDefined(old, "b");
    events.awaitJobDefined(fresh, "x");
    assertThat(WorkflowApi.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    assertThat(WorkflowApi.loadTemplate("name=" + dag, GraphMlText.of("p>q")).status())
        .isEqualTo(201);
    events.awaitJobDefined(createWorkflow(dag), "p");
  }

  @Test
  void a_workflow_template_starts_on_request() {
    Answer made =
        WorkflowApi.post(
            "/workflows", "{\"dag\":\"" + loadDag("IN>a") + "\",\"state\":\"template\"}");
    assertThat(made.json().path("state").asText()).isEqualTo("template");
    Answer changed = WorkflowApi.patch("/workflows/" + made.uuid(), "{\"state\":\"defined\"}");
    assertThat(changed.json().path("state").asText()).isEqualTo("running");
    events.awaitJobDefined(made.uuid(), "a");
    assertThat(WorkflowApi.patch("/workflows/" + made.uuid(), "{\"state\":\"x\"}").status())
        .isEqualTo(422);
  }

  @Test
  void lists_are_paged_and_filtered() {
    String dag = loadDag("A>B");
    List<UUID> made = List.of(createWorkflow(dag), createWorkflow(dag), createWorkflow(dag));
    JsonNode first = WorkflowApi.get("/workflows?limit=2&dag=" + dag).json();
    assertThat(first.path("items").path(0).path("uuid").asText()).isEqualTo(made.get(2) + "");
    JsonNode rest =
        WorkflowApi.get("/workflows?limit=2&dag=" + dag + "&after=" + first.path("next").asText())
            .json();
    assertThat(rest.path("items")).hasSize(1);
    assertThat(rest.path("next").isNull()).isTrue();
    assertThat(WorkflowApi.get("/workflows?state=running&dag=" + dag).json().path("items"))
        .isEmpty();
    assertThat(WorkflowApi.get("/jobs?wfuuid=" + made.get(0)).json().path("items")).hasSize(2);
    JsonNode data = WorkflowApi.get("/datasets?wfuuid=" + made.get(0)).json().path("items").path(0);
    assertThat(WorkflowApi.get("/datasets/" + data.path("uuid").asText()).json()).isEqualTo(data);
    assertThat(WorkflowApi.get("/workflows?limit=0").status()).isEqualTo(422);
    assertThat(WorkflowApi.get("/workflows?after=x").status()).isEqualTo(422);
    assertThat(WorkflowApi.get("/workflows?name=%00").status()).isEqualTo(400);
    assertThat(WorkflowApi.get("/dags/a%00b").status()).isEqualTo(400);
  }

  @Test
  void a_long_chain_runs_to_its_end() {
    String[] edges = new String[40];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = "n" + i + ">n" + (i + 1);
    }
    UUID workflow = createWorkflow(loadDag(edges));
    for (int i = 0; i <= edges.length; i++) {
      events.send(BrokerEvents.jobSucceeded(events.awaitJobDefined(workflow, "n" + i)));
    }
    assertThat(awaitFinished(workflow).ndone()).isEqualTo(41);
    awaitWorkflowState(workflow, "finished");
  }
}
