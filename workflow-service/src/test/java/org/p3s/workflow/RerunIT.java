package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Reruns of workflows and of single jobs. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class RerunIT extends WorkflowServiceTestBase {

  private static UUID rerun(UUID workflow, String body) {
    Answer again = WorkflowApi.post("/workflows/" + workflow + "/rerun", body);
    assertThat(again.status()).as(again.text()).isEqualTo(201);
    assertThat(again.json().path("rerun_of").asText()).isEqualTo(workflow.toString());
    return again.uuid();
  }

  private static Map<String, String> statesByNode(UUID workflow) {
    return statesBy("node", getWorkflow(workflow).path("jobs"));
  }

  private static Map<String, String> pathsBySource(UUID workflow) {
    Map<String, String> paths = new TreeMap<>();
    getWorkflow(workflow)
        .path("data")
        .forEach(d -> paths.put(d.path("source").asText(), d.path("path").asText()));
    return paths;
  }

  private void succeedJob(UUID workflow, String node) {
    events.send(BrokerEvents.jobSucceeded(events.awaitJobDefined(workflow, node)));
  }

  private void failJob(UUID workflow, String node) {
    events.send(BrokerEvents.jobEnded(events.awaitJobDefined(workflow, node), JobEnd.FINISHED, 3));
  }

  @Test
  void the_failed_part_is_done_again_and_the_rest_is_taken_over() {
    UUID first = createWorkflow(loadGraphMl(GraphMlText.of("IN>a", "IN>b", "a>c", "b>c", "c>d")));
    succeedJob(first, "a");
    events.awaitJobDefined(first, "b");
    failJob(first, "b");
    assertThat(awaitFinished(first).state()).isEqualTo(WorkflowFinished.State.FAILED);
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(() -> "finished".equals(statesByNode(first).get("a")));
    Map<String, String> before = pathsBySource(first);

    UUID again = rerun(first, "{\"failed\": true}");
    assertThat(events.awaitFirst(WorkflowDefined.class, w -> w.wfuuid().equals(again)).rerunOf())
        .isEqualTo(first);
    JobDefined b = events.awaitJobDefined(again, "b");
    assertThat(events.definedNodes(again)).containsExactly("b");
    assertThat(statesByNode(again)).containsEntry("a", "finished").containsEntry("IN", "finished");
    assertThat(pathsBySource(again))
        .containsEntry("a", before.get("a"))
        .containsEntry("IN", before.get("IN"));
    assertThat(pathsBySource(again).get("b")).isNotEqualTo(before.get("b"));
    assertThat(getWorkflow(again).path("ndone").asInt()).isEqualTo(2);
    events.send(BrokerEvents.jobSucceeded(b));
    JobDefined c = events.awaitJobDefined(again, "c");
    assertThat(c.env()).containsEntry("FILE_a_c", before.get("a"));
    assertThat(c.inputs()).contains(before.get("a"), pathsBySource(again).get("b"));
    succeedJob(again, "c");
    succeedJob(again, "d");
    assertThat(awaitFinished(again).ndone()).isEqualTo(5);
    assertThat(events.definedNodes(again)).containsExactlyInAnyOrder("b", "c", "d");
    assertThat(WorkflowApi.get("/workflows?rerun_of=" + first).json().path("items")).hasSize(1);
  }

  @Test
  void a_rerun_from_a_node_does_it_and_the_nodes_after_it() {
    UUID first = createWorkflow(loadGraphMl(GraphMlText.of("a>b", "b>c")));
    succeedJob(first, "a");
    succeedJob(first, "b");
    succeedJob(first, "c");
    awaitFinished(first);
    UUID again = rerun(first, "{\"from\": \"b\"}");
    succeedJob(again, "b");
    succeedJob(again, "c");
    assertThat(awaitFinished(again).state()).isEqualTo(WorkflowFinished.State.FINISHED);
    assertThat(events.definedNodes(again)).containsExactly("b", "c");
    UUID whole = rerun(again, "{}");
    events.awaitJobDefined(whole, "a");
    assertThat(pathsBySource(whole).values())
        .doesNotContainAnyElementsOf(pathsBySource(again).values());
  }

  @Test
  void an_impossible_rerun_is_refused() {
    String dag = loadGraphMl(GraphMlText.of("a>b"));
    UUID first = createWorkflow(dag);
    String path = "/workflows/" + first + "/rerun";
    Answer early = WorkflowApi.post(path, "{}");
    assertThat(early.status()).isEqualTo(409);
    assertThat(early.json().path("detail").asText()).contains("running");
    succeedJob(first, "a");
    succeedJob(first, "b");
    awaitFinished(first);
    awaitWorkflowState(first, "finished");
    assertThat(WorkflowApi.post(path, "{\"failed\": true}").json().path("detail").asText())
        .contains("Nothing of the workflow failed");
    assertThat(WorkflowApi.post(path, "{\"from\": \"x\"}").status()).isEqualTo(422);
    assertThat(WorkflowApi.post(path, "{\"form\": \"a\"}").status()).isEqualTo(422);
    assertThat(WorkflowApi.post("/workflows/" + UUID.randomUUID() + "/rerun", "{}").status())
        .isEqualTo(404);
    String key = UUID.randomUUID().toString();
    Answer once = WorkflowApi.post(path, "{}", "Idempotency-Key", key);
    Answer twice = WorkflowApi.post(path, "{}", "Idempotency-Key", key);
    assertThat(twice.status()).isEqualTo(200);
    assertThat(twice.uuid()).isEqualTo(once.uuid());
    succeedJob(once.uuid(), "a");
    succeedJob(once.uuid(), "b");
    awaitFinished(once.uuid());
    assertThat(WorkflowApi.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    assertThat(WorkflowApi.post(path, "{}").status()).as("the version is kept").isEqualTo(201);
  }

  @Test
  void a_preview_shows_the_workflow_and_stores_nothing() {
    String dag = loadGraphMl(GraphMlText.of("IN>a", "a>b"));
    Answer preview =
        WorkflowApi.post("/workflows?dry_run=true", "{\"dag\": \"" + dag + "\", \"run\": 7}");
    assertThat(preview.status()).isEqualTo(200);
    assertThat(preview.json().path("jobs")).hasSize(3);
    JsonNode a = preview.json().path("jobs").path(1);
    assertThat(a.path("state").asText()).isEqualTo("defined");
    assertThat(a.path("env").path("FILE_a_b").asText())
        .isEqualTo(preview.json().path("data").path(1).path("path").asText());
    assertThat(WorkflowApi.get("/workflows?dag=" + dag).json().path("items")).isEmpty();
    assertThat(WorkflowApi.get("/workflows/" + preview.uuid()).status()).isEqualTo(404);
    UUID first = createWorkflow(dag);
    failJob(first, "a");
    awaitFinished(first);
    Answer again =
        WorkflowApi.post("/workflows/" + first + "/rerun?dry_run=true", "{\"failed\": true}");
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(again.json().path("ndone").asInt()).isEqualTo(1);
    assertThat(WorkflowApi.get("/workflows?dag=" + dag).json().path("items")).hasSize(1);
  }

  @Test
  void a_single_job_is_done_again_as_a_new_job() {
    UUID first =
        UUID.fromString(
            WorkflowApi.post("/jobs", "{\"payload\": \"x\", \"env\": {\"A\": \"1\"}}")
                .json()
                .at("/items/0/uuid")
                .asText());
    JobDefined job = events.awaitJobDefined(first);
    assertThat(WorkflowApi.post("/jobs/" + first + "/rerun", "").status()).isEqualTo(409);
    events.send(BrokerEvents.jobEnded(job, JobEnd.TIMELIMIT, 77));
    awaitJobState(first, "timelimit");
    Answer again = WorkflowApi.post("/jobs/" + first + "/rerun", "");
    assertThat(again.status()).as(again.text()).isEqualTo(201);
    assertThat(again.json().path("rerun_of").asText()).isEqualTo(first.toString());
    assertThat(events.awaitFirst(JobDefined.class, j -> j.job().equals(again.uuid())).env())
        .containsEntry("A", "1");
    UUID workflow = createWorkflow(loadGraphMl(GraphMlText.of("a>b")));
    Answer part =
        WorkflowApi.post("/jobs/" + events.awaitJobDefined(workflow, "a").job() + "/rerun", "");
    assertThat(part.json().path("detail").asText()).contains("from this node");
  }
}
