package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.Wire.Answer;

/** The life of workflows over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class WorkflowIT extends WorkflowServiceTestBase {

  @Test
  void a_workflow_goes_from_its_start_to_its_end() {
    String dag = dag("IN>a", "IN>b", "a>JOIN", "b>JOIN", "JOIN>c", "c>OUT");
    UUID workflow = start(dag);
    assertThat(wire.one(WorkflowDefined.class, w -> w.wfuuid().equals(workflow)).nvertices())
        .isEqualTo(6);
    JobDefined a = wire.defined(workflow, "a");
    JobDefined b = wire.defined(workflow, "b");
    assertThat(a.payload()).isEqualTo("run a");
    assertThat(a.env()).containsKeys("FILE_IN_a", "FILE_a_JOIN");
    assertThat(a.outputs()).containsExactly(a.env().get("FILE_a_JOIN"));
    wire.tell(Wire.success(a), Wire.success(a), Wire.success(b), Wire.success(a));
    JobDefined c = wire.defined(workflow, "c");
    wire.tell(Wire.success(c), Wire.success(b), Wire.success(c));
    WorkflowFinished end = finished(workflow);
    assertThat(end.state()).isEqualTo(WorkflowFinished.State.FINISHED);
    assertThat(end.ndone()).isEqualTo(6);
    assertThat(end.dag()).isEqualTo(dag);
    JsonNode shown = show(workflow);
    assertThat(shown.path("state").asText()).isEqualTo("finished");
    assertThat(shown.path("outcome").asText()).isEqualTo("success");
    assertThat(shown.path("ndone").asInt()).isEqualTo(6);
    assertThat(states(shown.path("jobs"), "node").values()).containsOnly("finished");
    assertThat(states(shown.path("data"), "source"))
        .containsEntry("a", "ready")
        .containsEntry("c", "ready")
        .containsEntry("IN", "ready")
        .containsEntry("JOIN", "ready");
    assertThat(shown.path("jobs").path(3).path("host").asText()).isEqualTo("host");
    assertThat(wire.definedNodes(workflow)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(wire.all(WorkflowFinished.class, e -> e.wfuuid().equals(workflow))).hasSize(1);
  }

  @Test
  void nothing_but_noops_ends_at_once() {
    UUID workflow = start(dag("A>B", "B>C"));
    assertThat(finished(workflow).ndone()).isEqualTo(3);
    assertThat(show(workflow).path("state").asText()).isEqualTo("finished");
    assertThat(show(workflow).path("ts_sto").isNull()).isFalse();
    assertThat(wire.definedNodes(workflow)).isEmpty();
  }

  @Test
  void progress_is_shown() {
    UUID workflow = start(dag("a>b"));
    JobDefined a = wire.defined(workflow, "a");
    wire.tell(
        new JobProgress(
            a.job(),
            workflow,
            "a",
            JobProgress.State.RUNNING,
            1,
            7,
            Ids.next(),
            "s",
            "h1",
            12L,
            "/w",
            null,
            Instant.now()));
    await()
        .atMost(Wire.LONG)
        .until(() -> Wire.get("/jobs/" + a.job()).json().path("state").asText().equals("running"));
    assertThat(Wire.get("/jobs/" + a.job()).json().path("host").asText()).isEqualTo("h1");
    wire.tell(Wire.success(a));
    wire.defined(workflow, "b");
    assertThat(Wire.get("/jobs/" + a.job()).json().path("outcome").asText()).isEqualTo("success");
  }

  @Test
  void a_failure_ends_the_workflow_and_withdraws_what_waits() {
    UUID workflow = start(dag("a>c", "b>c"));
    JobDefined a = wire.defined(workflow, "a");
    JobDefined b = wire.defined(workflow, "b");
    wire.tell(Wire.end(a, JobEnd.NONSTARTER, 127));
    WorkflowFinished end = finished(workflow);
    assertThat(end.state()).isEqualTo(WorkflowFinished.State.FAILED);
    assertThat(end.reason()).contains("a").contains("nonstarter");
    JobWithdrawn withdrawn = wire.one(JobWithdrawn.class, w -> w.job().equals(b.job()));
    assertThat(withdrawn.waitingOnly()).isTrue();
    wire.tell(Wire.success(b));
    await()
        .atMost(Wire.LONG)
        .until(() -> "finished".equals(states(show(workflow).path("jobs"), "node").get("b")));
    JsonNode shown = show(workflow);
    assertThat(shown.path("state").asText()).isEqualTo("failed");
    assertThat(shown.path("reason").asText()).contains("nonstarter");
    assertThat(shown.path("outcome").asText()).isEqualTo("failure");
    assertThat(states(shown.path("jobs"), "node")).containsEntry("c", "cancelled");
    assertThat(wire.definedNodes(workflow)).doesNotContain("c");
    assertThat(wire.all(WorkflowFinished.class, e -> e.wfuuid().equals(workflow))).hasSize(1);
  }

  @Test
  void a_cancelled_workflow_stops_what_runs() {
    String dag = dag("a>b");
    UUID workflow = start(dag);
    JobDefined a = wire.defined(workflow, "a");
    assertThat(Wire.delete("/dags/" + dag).problem()).isEqualTo("workflows-running");
    assertThat(Wire.delete("/workflows/" + workflow).status()).isEqualTo(202);
    assertThat(Wire.delete("/workflows/" + workflow).status()).isEqualTo(202);
    JobWithdrawn stop = wire.one(JobWithdrawn.class, w -> w.job().equals(a.job()));
    assertThat(stop.waitingOnly()).isFalse();
    assertThat(finished(workflow).state()).isEqualTo(WorkflowFinished.State.CANCELLED);
    wire.tell(Wire.end(a, JobEnd.CANCELLED, null));
    await()
        .atMost(Wire.LONG)
        .until(() -> "cancelled".equals(states(show(workflow).path("jobs"), "node").get("a")));
    assertThat(states(show(workflow).path("data"), "source")).containsEntry("a", "dropped");
    assertThat(Wire.delete("/dags/" + dag).status()).isEqualTo(204);
    assertThat(Wire.delete("/workflows/" + UUID.randomUUID()).status()).isEqualTo(404);
  }

  @Test
  void a_replaced_template_leaves_workflows_on_their_version() {
    String dag = dag("a>b");
    UUID old = start(dag);
    Wire.load("replace=true&name=" + dag, GraphMlText.of("x>y"));
    UUID fresh = start(dag);
    assertThat(show(old).path("dag_version").asInt()).isEqualTo(1);
    assertThat(show(fresh).path("dag_version").asInt()).isEqualTo(2);
    wire.tell(Wire.success(wire.defined(old, "a")));
    wire.defined(old, "b");
    wire.defined(fresh, "x");
    assertThat(Wire.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    assertThat(Wire.load("name=" + dag, GraphMlText.of("p>q")).status()).isEqualTo(201);
    wire.defined(start(dag), "p");
  }

  @Test
  void a_template_workflow_starts_when_it_is_told_to() {
    Answer made =
        Wire.post("/workflows", "{\"dag\":\"" + dag("IN>a") + "\",\"state\":\"template\"}");
    assertThat(made.json().path("state").asText()).isEqualTo("template");
    Answer changed = Wire.patch("/workflows/" + made.uuid(), "{\"state\":\"defined\"}");
    assertThat(changed.json().path("state").asText()).isEqualTo("running");
    wire.defined(made.uuid(), "a");
    assertThat(Wire.patch("/workflows/" + made.uuid(), "{\"state\":\"x\"}").status())
        .isEqualTo(422);
  }

  @Test
  void lists_are_paged_and_filtered() {
    String dag = dag("A>B");
    List<UUID> made = List.of(start(dag), start(dag), start(dag));
    JsonNode first = Wire.get("/workflows?limit=2&dag=" + dag).json();
    assertThat(first.path("items").path(0).path("uuid").asText()).isEqualTo(made.get(2) + "");
    JsonNode rest =
        Wire.get("/workflows?limit=2&dag=" + dag + "&after=" + first.path("next").asText()).json();
    assertThat(rest.path("items")).hasSize(1);
    assertThat(rest.path("next").isNull()).isTrue();
    assertThat(Wire.get("/workflows?state=running&dag=" + dag).json().path("items")).isEmpty();
    assertThat(Wire.get("/jobs?wfuuid=" + made.get(0)).json().path("items")).hasSize(2);
    JsonNode data = Wire.get("/datasets?wfuuid=" + made.get(0)).json().path("items").path(0);
    assertThat(Wire.get("/datasets/" + data.path("uuid").asText()).json()).isEqualTo(data);
    assertThat(Wire.get("/workflows?limit=0").status()).isEqualTo(422);
    assertThat(Wire.get("/workflows?after=x").status()).isEqualTo(422);
    assertThat(Wire.get("/workflows?name=%00").status()).isEqualTo(400);
    assertThat(Wire.get("/dags/a%00b").status()).isEqualTo(400);
  }

  @Test
  void a_long_chain_runs_to_its_end() {
    String[] edges = new String[40];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = "n" + i + ">n" + (i + 1);
    }
    UUID workflow = start(dag(edges));
    for (int i = 0; i <= edges.length; i++) {
      wire.tell(Wire.success(wire.defined(workflow, "n" + i)));
    }
    assertThat(finished(workflow).ndone()).isEqualTo(41);
    awaitState(workflow, "finished");
  }
}
