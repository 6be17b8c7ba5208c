package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.Wire.Answer;

/** Retries, reruns and what is known of where a file came from. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class RerunIT extends WorkflowServiceTestBase {

  private static UUID rerun(UUID workflow, String body) {
    Answer again = Wire.post("/workflows/" + workflow + "/rerun", body);
    assertThat(again.status()).as(again.text()).isEqualTo(201);
    assertThat(again.json().path("rerun_of").asText()).isEqualTo(workflow.toString());
    return again.uuid();
  }

  private static Map<String, String> states(UUID workflow) {
    return states(show(workflow).path("jobs"), "node");
  }

  private static Map<String, String> paths(UUID workflow) {
    Map<String, String> paths = new TreeMap<>();
    show(workflow)
        .path("data")
        .forEach(d -> paths.put(d.path("source").asText(), d.path("path").asText()));
    return paths;
  }

  private JobDefined attempt(UUID workflow, String node, int number) {
    return wire.one(
        JobDefined.class,
        job -> workflow.equals(job.wfuuid()) && node.equals(job.node()) && job.attempt() == number);
  }

  private void ok(UUID workflow, String node) {
    wire.tell(Wire.success(wire.defined(workflow, node)));
  }

  private void fails(UUID workflow, String node) {
    wire.tell(Wire.end(wire.defined(workflow, node), JobEnd.FINISHED, 3));
  }

  @Test
  void the_failed_part_is_done_again_and_the_rest_is_taken_over() {
    UUID first = start(load(GraphMlText.of("IN>a", "IN>b", "a>c", "b>c", "c>d")));
    ok(first, "a");
    wire.one(JobDefined.class, job -> first.equals(job.wfuuid()) && "b".equals(job.node()));
    fails(first, "b");
    assertThat(finished(first).state()).isEqualTo(WorkflowFinished.State.FAILED);
    await().atMost(Wire.LONG).until(() -> "finished".equals(states(first).get("a")));
    Map<String, String> before = paths(first);

    UUID again = rerun(first, "{\"failed\": true}");
    assertThat(wire.one(WorkflowDefined.class, w -> w.wfuuid().equals(again)).rerunOf())
        .isEqualTo(first);
    JobDefined b = wire.defined(again, "b");
    assertThat(wire.definedNodes(again)).containsExactly("b");
    assertThat(states(again)).containsEntry("a", "finished").containsEntry("IN", "finished");
    assertThat(paths(again))
        .containsEntry("a", before.get("a"))
        .containsEntry("IN", before.get("IN"));
    assertThat(paths(again).get("b")).isNotEqualTo(before.get("b"));
    assertThat(show(again).path("ndone").asInt()).isEqualTo(2);
    wire.tell(Wire.success(b));
    JobDefined c = wire.defined(again, "c");
    assertThat(c.env()).containsEntry("FILE_a_c", before.get("a"));
    assertThat(c.inputs()).contains(before.get("a"), paths(again).get("b"));
    ok(again, "c");
    ok(again, "d");
    assertThat(finished(again).ndone()).isEqualTo(5);
    assertThat(wire.definedNodes(again)).containsExactlyInAnyOrder("b", "c", "d");
    assertThat(Wire.get("/workflows?rerun_of=" + first).json().path("items")).hasSize(1);
  }

  @Test
  void a_rerun_from_a_node_does_it_and_what_comes_after() {
    UUID first = start(load(GraphMlText.of("a>b", "b>c")));
    ok(first, "a");
    ok(first, "b");
    ok(first, "c");
    finished(first);
    UUID again = rerun(first, "{\"from\": \"b\"}");
    ok(again, "b");
    ok(again, "c");
    assertThat(finished(again).state()).isEqualTo(WorkflowFinished.State.FINISHED);
    assertThat(wire.definedNodes(again)).containsExactly("b", "c");
    UUID whole = rerun(again, "{}");
    wire.defined(whole, "a");
    assertThat(paths(whole).values()).doesNotContainAnyElementsOf(paths(again).values());
  }

  @Test
  void a_rerun_that_makes_no_sense_is_refused() {
    String dag = load(GraphMlText.of("a>b"));
    UUID first = start(dag);
    String path = "/workflows/" + first + "/rerun";
    Answer early = Wire.post(path, "{}");
    assertThat(early.status()).isEqualTo(409);
    assertThat(early.json().path("detail").asText()).contains("running");
    ok(first, "a");
    ok(first, "b");
    finished(first);
    await().atMost(Wire.LONG).until(() -> show(first).path("state").asText().equals("finished"));
    assertThat(Wire.post(path, "{\"failed\": true}").json().path("detail").asText())
        .contains("Nothing of the workflow failed");
    assertThat(Wire.post(path, "{\"from\": \"x\"}").status()).isEqualTo(422);
    assertThat(Wire.post(path, "{\"form\": \"a\"}").status()).isEqualTo(422);
    assertThat(Wire.post("/workflows/" + UUID.randomUUID() + "/rerun", "{}").status())
        .isEqualTo(404);
    String key = UUID.randomUUID().toString();
    Answer once = Wire.post(path, "{}", "Idempotency-Key", key);
    Answer twice = Wire.post(path, "{}", "Idempotency-Key", key);
    assertThat(twice.status()).isEqualTo(200);
    assertThat(twice.uuid()).isEqualTo(once.uuid());
    ok(once.uuid(), "a");
    ok(once.uuid(), "b");
    finished(once.uuid());
    assertThat(Wire.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    assertThat(Wire.post(path, "{}").status()).as("the version is kept").isEqualTo(201);
  }

  @Test
  void a_preview_shows_all_and_makes_nothing() {
    String dag = load(GraphMlText.of("IN>a", "a>b"));
    Answer preview = Wire.post("/workflows?dry_run=true", "{\"dag\": \"" + dag + "\", \"run\": 7}");
    assertThat(preview.status()).isEqualTo(200);
    assertThat(preview.json().path("jobs")).hasSize(3);
    JsonNode a = preview.json().path("jobs").path(1);
    assertThat(a.path("state").asText()).isEqualTo("defined");
    assertThat(a.path("env").path("FILE_a_b").asText())
        .isEqualTo(preview.json().path("data").path(1).path("path").asText());
    assertThat(Wire.get("/workflows?dag=" + dag).json().path("items")).isEmpty();
    assertThat(Wire.get("/workflows/" + preview.uuid()).status()).isEqualTo(404);
    UUID first = start(dag);
    fails(first, "a");
    finished(first);
    Answer again = Wire.post("/workflows/" + first + "/rerun?dry_run=true", "{\"failed\": true}");
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(again.json().path("ndone").asInt()).isEqualTo(1);
    assertThat(Wire.get("/workflows?dag=" + dag).json().path("items")).hasSize(1);
  }

  @Test
  void each_attempt_is_kept_and_one_that_keeps_failing_is_marked() {
    UUID workflow = start(load(GraphMlText.with("a>b", "maxattempts", "3")));
    for (int number = 1; number <= 3; number++) {
      JobDefined attempt = attempt(workflow, "a", number);
      if (number == 1) {
        assertThat(attempt.notBefore()).isNull();
      } else {
        assertThat(Duration.between(attempt.definedAt(), attempt.notBefore()))
            .isEqualTo(Duration.ofSeconds(number == 2 ? 5 : 10));
      }
      wire.tell(
          Wire.end(attempt, JobEnd.FINISHED, 10 + number), Wire.end(attempt, JobEnd.KILLED, 1));
    }
    WorkflowFinished end = finished(workflow);
    assertThat(end.reprocess()).isTrue();
    assertThat(end.reason()).isEqualTo("job a failed, attempt 3");
    UUID job = attempt(workflow, "a", 1).job();
    JsonNode attempts = Wire.get("/jobs/" + job + "/provenance").json().path("attempts");
    assertThat(attempts.findValues("errcode").stream().map(JsonNode::asInt))
        .containsExactly(11, 12, 13);
    assertThat(attempts.path(2).path("host").asText()).isEqualTo("host");
    assertThat(marked()).contains(workflow.toString());
    rerun(workflow, "{\"failed\": true}");
    assertThat(marked()).doesNotContain(workflow.toString());
    Answer mark = Wire.patch("/workflows/" + workflow, "{\"reprocess\": true}");
    assertThat(mark.json().path("reprocess").asBoolean()).isTrue();
    assertThat(Wire.patch("/workflows/" + workflow, "{\"reproces\": true}").status())
        .isEqualTo(422);
  }

  private static String marked() {
    return Wire.get("/workflows?reprocess=true&limit=1000").text();
  }

  @Test
  void a_single_attempt_that_fails_is_not_marked() {
    UUID workflow = start(load(GraphMlText.of("a>b")));
    fails(workflow, "a");
    assertThat(finished(workflow).reprocess()).isFalse();
    assertThat(marked()).doesNotContain(workflow.toString());
  }

  @Test
  void provenance_tells_template_environment_files_and_place() {
    String dag = load(GraphMlText.of("a>b"));
    UUID workflow = start(dag);
    JobDefined a = wire.defined(workflow, "a");
    wire.tell(Wire.success(a));
    JobDefined b = wire.defined(workflow, "b");
    JsonNode told = Wire.get("/jobs/" + b.job() + "/provenance").json();
    assertThat(told.path("dag_hash").asText())
        .hasSize(64)
        .isEqualTo(Wire.get("/dags/" + dag).json().path("hash").asText());
    assertThat(told.path("env_hash").asText())
        .isEqualTo(org.p3s.workflow.domain.Hash.ofEnvironment(b.env()));
    assertThat(told.path("inputs").path(0).path("size").asLong()).isEqualTo(12);
    assertThat(told.path("payload").asText()).isEqualTo("run b");
    assertThat(told.path("attempts")).isEmpty();
    wire.tell(Wire.success(b));
    finished(workflow);
    JsonNode attempt = Wire.get("/jobs/" + b.job() + "/provenance").json().path("attempts").path(0);
    assertThat(attempt.path("inputs").path(0).path("path").asText())
        .isEqualTo(told.path("inputs").path(0).path("path").asText());
    assertThat(attempt.path("inputs").path(0).path("size").asLong()).isEqualTo(12);
  }

  @Test
  void what_a_job_of_no_workflow_read_is_known_from_its_last_attempt() {
    UUID job =
        Wire.post(
                "/jobs",
                "{\"payload\": \"cat\", \"infile\": \"/in/%s\"}".formatted(UUID.randomUUID()))
            .uuids()
            .get(0);
    JobDefined defined = wire.one(JobDefined.class, d -> d.job().equals(job));
    assertThat(defined.inputs()).hasSize(1);
    assertThat(provenance(job).path("inputs").path(0).path("size").isNull()).isTrue();
    wire.tell(Wire.success(defined));
    await()
        .atMost(Wire.LONG)
        .until(() -> provenance(job).path("inputs").path(0).path("size").asLong() == 12);
  }

  private static JsonNode provenance(UUID job) {
    return Wire.get("/jobs/" + job + "/provenance").json();
  }

  @Test
  void versions_of_a_template_stay_readable() {
    String dag = load(GraphMlText.of("a>b"));
    Wire.load("replace=true&name=" + dag, GraphMlText.of("x>y", "y>z"));
    JsonNode versions = Wire.get("/dags/" + dag + "/versions").json().path("items");
    assertThat(versions.findValues("version").stream().map(JsonNode::asInt)).containsExactly(2, 1);
    assertThat(versions.path(0).path("hash")).isNotEqualTo(versions.path(1).path("hash"));
    assertThat(Wire.get("/dags/" + dag + "?version=1").json().path("nvertices").asInt())
        .isEqualTo(2);
    assertThat(Wire.get("/dags/" + dag + "?version=9").status()).isEqualTo(404);
    assertThat(Wire.delete("/dags/" + dag).status()).isEqualTo(204);
    assertThat(Wire.get("/dags/" + dag).status()).isEqualTo(404);
    assertThat(Wire.get("/dags/" + dag + "?version=1").json().path("removed").asBoolean()).isTrue();
    assertThat(Wire.load("name=" + dag, GraphMlText.of("a>b")).json().path("version").asInt()).isEqualTo(3);
  }

  @Test
  void a_job_alone_is_done_again_as_a_new_one() {
    UUID first =
        UUID.fromString(
            Wire.post("/jobs", "{\"payload\": \"x\", \"env\": {\"A\": \"1\"}}")
                .json()
                .at("/items/0/uuid")
                .asText());
    JobDefined job = wire.one(JobDefined.class, j -> j.job().equals(first));
    assertThat(Wire.post("/jobs/" + first + "/rerun", "").status()).isEqualTo(409);
    wire.tell(Wire.end(job, JobEnd.TIMELIMIT, 77));
    await()
        .atMost(Wire.LONG)
        .until(() -> Wire.get("/jobs/" + first).json().path("state").asText().equals("timelimit"));
    Answer again = Wire.post("/jobs/" + first + "/rerun", "");
    assertThat(again.status()).as(again.text()).isEqualTo(201);
    assertThat(again.json().path("rerun_of").asText()).isEqualTo(first.toString());
    assertThat(wire.one(JobDefined.class, j -> j.job().equals(again.uuid())).env())
        .containsEntry("A", "1");
    UUID workflow = start(load(GraphMlText.of("a>b")));
    Answer part = Wire.post("/jobs/" + wire.defined(workflow, "a").job() + "/rerun", "");
    assertThat(part.json().path("detail").asText()).contains("from this node");
  }
}
