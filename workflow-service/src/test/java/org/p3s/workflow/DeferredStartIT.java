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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.Wire.Answer;

/** Workflows and jobs that are made now and started later. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class DeferredStartIT extends WorkflowServiceTestBase {

  private static final String START = "{\"state\":\"defined\"}";

  private final String type = "type-" + UUID.randomUUID();

  private static UUID workflow(String... edges) {
    String dag = "dag-" + UUID.randomUUID();
    assertThat(Wire.load("name=" + dag, GraphMlText.of(edges)).status()).isEqualTo(201);
    Answer made = Wire.post("/workflows", "{\"dag\":\"" + dag + "\",\"state\":\"template\"}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuid();
  }

  private List<UUID> jobs(int replicas, String more) {
    String job = "{\"jobtype\":\"" + type + "\",\"payload\":\"true\"" + more + "}";
    Answer made = Wire.post("/jobs?replicas=" + replicas, job);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuids();
  }

  private static JsonNode job(UUID uuid) {
    return Wire.get("/jobs/" + uuid).json();
  }

  private static Instant time(JsonNode json, String field) {
    return Instant.parse(json.path(field).asText());
  }

  private static Answer start(UUID job) {
    return Wire.patch("/jobs/" + job, START);
  }

  private static long started(String query) {
    Answer answer = Wire.post("/jobs/activate?" + query, "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("count").asLong();
  }

  private static List<UUID> listed(String query) {
    Answer answer = Wire.get("/jobs?" + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return StreamSupport.stream(answer.json().path("items").spliterator(), false)
        .map(item -> UUID.fromString(item.path("uuid").asText()))
        .toList();
  }

  @Test
  void a_template_is_told_as_one_and_its_start_once() {
    UUID workflow = workflow("IN>a");
    WorkflowDefined made = wire.one(WorkflowDefined.class, w -> w.wfuuid().equals(workflow));
    assertThat(made.state()).isEqualTo(WorkflowDefined.State.TEMPLATE);
    assertThat(made.tsSta()).isNull();
    for (int i = 0; i < 3; i++) {
      Answer told = Wire.patch("/workflows/" + workflow, START);
      assertThat(told.json().path("state").asText()).isEqualTo("running");
    }
    wire.tell(Wire.success(wire.defined(workflow, "a")));
    wire.one(WorkflowFinished.class, w -> w.wfuuid().equals(workflow));
    List<WorkflowDefined> all = wire.all(WorkflowDefined.class, w -> w.wfuuid().equals(workflow));
    assertThat(all).hasSize(2);
    WorkflowDefined start = all.get(1);
    assertThat(start.state()).isEqualTo(WorkflowDefined.State.RUNNING);
    assertThat(start.user()).isEqualTo(made.user());
    assertThat(start.tsDef()).isEqualTo(made.tsDef());
    assertThat(start.tsSta()).isEqualTo(time(Wire.get("/workflows/" + workflow).json(), "ts_sta"));
    assertThat(Wire.patch("/workflows/" + workflow, START).json().path("state").asText())
        .isEqualTo("finished");
  }

  @Test
  void a_template_of_nothing_but_noops_has_started_when_it_ends() {
    UUID workflow = workflow("IN>OUT");
    assertThat(Wire.patch("/workflows/" + workflow, START).status()).isEqualTo(200);
    WorkflowFinished end = wire.one(WorkflowFinished.class, w -> w.wfuuid().equals(workflow));
    assertThat(end.tsSta()).isEqualTo(end.tsSto());
    assertThat(wire.all(WorkflowDefined.class, w -> w.wfuuid().equals(workflow))).hasSize(2);
  }

  @Test
  void a_template_that_was_cancelled_is_not_started() {
    UUID workflow = workflow("IN>a");
    assertThat(Wire.delete("/workflows/" + workflow).status()).isEqualTo(202);
    assertThat(Wire.patch("/workflows/" + workflow, START).status()).isEqualTo(409);
    WorkflowFinished end = wire.one(WorkflowFinished.class, w -> w.wfuuid().equals(workflow));
    assertThat(end.tsSta()).isNull();
    assertThat(wire.all(WorkflowDefined.class, w -> w.wfuuid().equals(workflow))).hasSize(1);
  }

  @Test
  void a_workflow_that_is_started_as_it_is_made_is_told_as_running() {
    String dag = "dag-" + UUID.randomUUID();
    Wire.load("name=" + dag, GraphMlText.of("IN>a"));
    UUID workflow = Wire.post("/workflows", "{\"dag\":\"" + dag + "\"}").uuid();
    WorkflowDefined told = wire.one(WorkflowDefined.class, w -> w.wfuuid().equals(workflow));
    assertThat(told.state()).isEqualTo(WorkflowDefined.State.RUNNING);
    assertThat(told.tsSta()).isEqualTo(told.tsDef());
  }

  @Test
  void a_job_that_rests_is_started_once_and_is_as_old_as_its_start() {
    UUID job = jobs(1, ",\"state\":\"template\",\"staleafter\":600").get(0);
    Instant before = Instant.now();
    assertThat(start(job).json().path("state").asText()).isEqualTo("defined");
    assertThat(start(job).json().path("state").asText()).isEqualTo("defined");
    JobDefined told = wire.one(JobDefined.class, j -> j.job().equals(job));
    JsonNode shown = job(job);
    assertThat(time(shown, "ts_def")).isEqualTo(told.definedAt()).isAfter(before.minusMillis(1));
    assertThat(time(shown, "stale_at"))
        .isEqualTo(told.staleAt())
        .isEqualTo(told.definedAt().plusSeconds(600));
    wire.tell(Wire.success(told));
    await().atMost(Wire.LONG).until(() -> job(job).path("state").asText().equals("finished"));
    assertThat(start(job).status()).isEqualTo(200);
    assertThat(wire.all(JobDefined.class, j -> j.job().equals(job))).hasSize(1);
  }

  @Test
  void a_job_is_told_with_the_time_that_it_shows() {
    UUID job = jobs(1, "").get(0);
    JobDefined told = wire.one(JobDefined.class, j -> j.job().equals(job));
    assertThat(time(job(job), "ts_def")).isEqualTo(told.definedAt());
  }

  @Test
  void what_cannot_be_started_says_why() {
    UUID cancelled = jobs(1, ",\"state\":\"template\"").get(0);
    assertThat(Wire.delete("/jobs/" + cancelled).status()).isEqualTo(202);
    assertThat(start(cancelled).text()).contains("409", "The job is cancelled");
    UUID workflow = workflow("IN>a");
    UUID node = listed("state=template&wfuuid=" + workflow).get(0);
    assertThat(start(node).text()).contains("409", "waits for its parents");
    assertThat(start(UUID.randomUUID()).status()).isEqualTo(404);
    UUID job = jobs(1, ",\"state\":\"template\"").get(0);
    for (String wrong :
        List.of("{\"state\":\"running\"}", "{}", "{\"state\":\"defined\",\"priority\":1}")) {
      assertThat(Wire.patch("/jobs/" + job, wrong).status()).isEqualTo(422);
    }
    assertThat(job(job).path("state").asText()).isEqualTo("template");
  }

  @Test
  void jobs_that_rest_are_started_by_selectors_and_no_others() {
    List<UUID> resting = jobs(700, ",\"state\":\"template\"");
    List<UUID> other = jobs(2, ",\"state\":\"template\",\"name\":\"other\"");
    jobs(1, "");
    UUID workflow = workflow("IN>a");
    assertThat(started("wfuuid=" + workflow)).isZero();
    assertThat(started("jobtype=" + type + "&dry_run=true")).isEqualTo(702);
    assertThat(started("jobtype=" + type + "&name=other")).isEqualTo(2);
    assertThat(started("jobtype=" + type + "&uuid=" + other.get(0))).isZero();
    assertThat(started("jobtype=" + type)).isEqualTo(700);
    await()
        .atMost(Wire.LONG)
        .until(() -> wire.all(JobDefined.class, j -> resting.contains(j.job())).size() == 700);
    assertThat(started("jobtype=" + type)).isZero();
    assertThat(Wire.post("/jobs/activate", "").status()).isEqualTo(422);
    assertThat(Wire.post("/jobs/activate?state=defined", "").status()).isEqualTo(422);
    assertThat(Wire.call("POST", "/jobs/activate?jobtype=x", "viewer", null, new byte[0]).status())
        .isEqualTo(403);
  }

  @Test
  void jobs_that_rest_are_listed_by_what_they_are() {
    UUID one = jobs(1, ",\"state\":\"template\",\"name\":\"one\",\"site\":\"east\"").get(0);
    UUID two = jobs(1, ",\"state\":\"template\",\"name\":\"two\"").get(0);
    UUID defined = jobs(1, "").get(0);
    String rest = "state=template&jobtype=" + type;
    assertThat(listed(rest)).containsExactly(two, one);
    assertThat(listed("jobtype=" + type)).containsExactly(defined, two, one);
    assertThat(listed(rest + "&limit=1&after=" + two)).containsExactly(one);
    assertThat(listed(rest + "&name=one")).containsExactly(one);
    assertThat(listed(rest + "&site=east")).containsExactly(one);
    assertThat(listed(rest + "&site=west")).isEmpty();
    assertThat(listed(rest + "&since=" + job(two).path("ts_def").asText())).contains(two);
    assertThat(listed(rest + "&since=2999-01-01T00:00:00Z")).isEmpty();
    assertThat(Wire.get("/jobs?since=yesterday").status()).isEqualTo(422);
  }
}
