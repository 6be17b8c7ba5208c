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
import org.p3s.workflow.WorkflowApi.Answer;

/** Workflows and jobs that are made as templates and started later. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class DeferredStartIT extends WorkflowServiceTestBase {

  private static final String START = "{\"state\":\"defined\"}";

  private final String type = "type-" + UUID.randomUUID();

  private static UUID createTemplate(String... edges) {
    Answer made =
        WorkflowApi.post(
            "/workflows", "{\"dag\":\"" + loadDag(edges) + "\",\"state\":\"template\"}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuid();
  }

  private List<UUID> submit(int replicas, String more) {
    String job = "{\"jobtype\":\"" + type + "\",\"payload\":\"true\"" + more + "}";
    Answer made = WorkflowApi.post("/jobs?replicas=" + replicas, job);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.uuids();
  }

  private static Instant time(JsonNode json, String field) {
    return Instant.parse(json.path(field).asText());
  }

  private static Answer startJob(UUID job) {
    return WorkflowApi.patch("/jobs/" + job, START);
  }

  private static long startJobs(String query) {
    Answer answer = WorkflowApi.post("/jobs/activate?" + query, "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("count").asLong();
  }

  private static List<UUID> list(String query) {
    Answer answer = WorkflowApi.get("/jobs?" + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return StreamSupport.stream(answer.json().path("items").spliterator(), false)
        .map(item -> UUID.fromString(item.path("uuid").asText()))
        .toList();
  }

  @Test
  void a_template_is_announced_and_its_start_once() {
    UUID workflow = createTemplate("IN>a");
    WorkflowDefined made =
        events.awaitFirst(WorkflowDefined.class, w -> w.wfuuid().equals(workflow));
    assertThat(made.state()).isEqualTo(WorkflowDefined.State.TEMPLATE);
    assertThat(made.tsSta()).isNull();
    for (int i = 0; i < 3; i++) {
      Answer started = WorkflowApi.patch("/workflows/" + workflow, START);
      assertThat(started.json().path("state").asText()).isEqualTo("running");
    }
    events.send(BrokerEvents.jobSucceeded(events.awaitJobDefined(workflow, "a")));
    events.awaitFirst(WorkflowFinished.class, w -> w.wfuuid().equals(workflow));
    List<WorkflowDefined> all =
        events.received(WorkflowDefined.class, w -> w.wfuuid().equals(workflow));
    assertThat(all).hasSize(2);
    WorkflowDefined start = all.get(1);
    assertThat(start.state()).isEqualTo(WorkflowDefined.State.RUNNING);
    assertThat(start.user()).isEqualTo(made.user());
    assertThat(start.tsDef()).isEqualTo(made.tsDef());
    assertThat(start.tsSta())
        .isEqualTo(time(WorkflowApi.get("/workflows/" + workflow).json(), "ts_sta"));
    assertThat(WorkflowApi.patch("/workflows/" + workflow, START).json().path("state").asText())
        .isEqualTo("finished");
  }

  @Test
  void a_template_of_noops_has_started_when_it_ends() {
    UUID workflow = createTemplate("IN>OUT");
    assertThat(WorkflowApi.patch("/workflows/" + workflow, START).status()).isEqualTo(200);
    WorkflowFinished end =
        events.awaitFirst(WorkflowFinished.class, w -> w.wfuuid().equals(workflow));
    assertThat(end.tsSta()).isEqualTo(end.tsSto());
    assertThat(events.received(WorkflowDefined.class, w -> w.wfuuid().equals(workflow))).hasSize(2);
  }

  @Test
  void a_cancelled_template_is_not_started() {
    UUID workflow = createTemplate("IN>a");
    assertThat(WorkflowApi.delete("/workflows/" + workflow).status()).isEqualTo(202);
    assertThat(WorkflowApi.patch("/workflows/" + workflow, START).status()).isEqualTo(409);
    WorkflowFinished end =
        events.awaitFirst(WorkflowFinished.class, w -> w.wfuuid().equals(workflow));
    assertThat(end.tsSta()).isNull();
    assertThat(events.received(WorkflowDefined.class, w -> w.wfuuid().equals(workflow))).hasSize(1);
  }

  @Test
  void a_workflow_that_starts_at_once_is_announced_as_running() {
    UUID workflow = createWorkflow(loadDag("IN>a"));
    WorkflowDefined announced =
        events.awaitFirst(WorkflowDefined.class, w -> w.wfuuid().equals(workflow));
    assertThat(announced.state()).isEqualTo(WorkflowDefined.State.RUNNING);
    assertThat(announced.tsSta()).isEqualTo(announced.tsDef());
  }

  @Test
  void a_job_template_is_started_once_and_its_age_counts_from_then() {
    UUID job = submit(1, ",\"state\":\"template\",\"staleafter\":600").get(0);
    Instant before = Instant.now();
    assertThat(startJob(job).json().path("state").asText()).isEqualTo("defined");
    assertThat(startJob(job).json().path("state").asText()).isEqualTo("defined");
    JobDefined announced = events.awaitJobDefined(job);
    JsonNode shown = getJob(job);
    assertThat(time(shown, "ts_def"))
        .isEqualTo(announced.definedAt())
        .isAfter(before.minusMillis(1));
    assertThat(time(shown, "stale_at"))
        .isEqualTo(announced.staleAt())
        .isEqualTo(announced.definedAt().plusSeconds(600));
    events.send(BrokerEvents.jobSucceeded(announced));
    awaitJobState(job, "finished");
    assertThat(startJob(job).status()).isEqualTo(200);
    assertThat(events.received(JobDefined.class, j -> j.job().equals(job))).hasSize(1);
  }

  @Test
  void a_job_is_announced_with_the_time_that_the_api_shows() {
    UUID job = submit(1, "").get(0);
    JobDefined announced = events.awaitJobDefined(job);
    assertThat(time(getJob(job), "ts_def")).isEqualTo(announced.definedAt());
  }

  @Test
  void a_refused_start_gives_the_reason() {
    UUID cancelled = submit(1, ",\"state\":\"template\"").get(0);
    assertThat(WorkflowApi.delete("/jobs/" + cancelled).status()).isEqualTo(202);
    assertThat(startJob(cancelled).text()).contains("409", "The job is cancelled");
    UUID workflow = createTemplate("IN>a");
    UUID node = list("state=template&wfuuid=" + workflow).get(0);
    assertThat(startJob(node).text()).contains("409", "waits for its parents");
    assertThat(startJob(UUID.randomUUID()).status()).isEqualTo(404);
    UUID job = submit(1, ",\"state\":\"template\"").get(0);
    for (String wrong :
        List.of("{\"state\":\"running\"}", "{}", "{\"state\":\"defined\",\"priority\":1}")) {
      assertThat(WorkflowApi.patch("/jobs/" + job, wrong).status()).isEqualTo(422);
    }
    assertThat(getJob(job).path("state").asText()).isEqualTo("template");
  }

  @Test
  void selected_job_templates_are_started_and_no_others() {
    List<UUID> templates = submit(700, ",\"state\":\"template\"");
    List<UUID> other = submit(2, ",\"state\":\"template\",\"name\":\"other\"");
    submit(1, "");
    UUID workflow = createTemplate("IN>a");
    assertThat(startJobs("wfuuid=" + workflow)).isZero();
    assertThat(startJobs("jobtype=" + type + "&dry_run=true")).isEqualTo(702);
    assertThat(startJobs("jobtype=" + type + "&name=other")).isEqualTo(2);
    assertThat(startJobs("jobtype=" + type + "&uuid=" + other.get(0))).isZero();
    assertThat(startJobs("jobtype=" + type)).isEqualTo(700);
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(
            () ->
                events.received(JobDefined.class, j -> templates.contains(j.job())).size() == 700);
    assertThat(startJobs("jobtype=" + type)).isZero();
    assertThat(WorkflowApi.post("/jobs/activate", "").status()).isEqualTo(422);
    assertThat(WorkflowApi.post("/jobs/activate?state=defined", "").status()).isEqualTo(422);
    assertThat(
            WorkflowApi.call("POST", "/jobs/activate?jobtype=x", "viewer", null, new byte[0])
                .status())
        .isEqualTo(403);
  }

  @Test
  void job_templates_are_listed_by_selectors() {
    UUID one = submit(1, ",\"state\":\"template\",\"name\":\"one\",\"site\":\"east\"").get(0);
    UUID two = submit(1, ",\"state\":\"template\",\"name\":\"two\"").get(0);
    UUID defined = submit(1, "").get(0);
    String templates = "state=template&jobtype=" + type;
    assertThat(list(templates)).containsExactly(two, one);
    assertThat(list("jobtype=" + type)).containsExactly(defined, two, one);
    assertThat(list(templates + "&limit=1&after=" + two)).containsExactly(one);
    assertThat(list(templates + "&name=one")).containsExactly(one);
    assertThat(list(templates + "&site=east")).containsExactly(one);
    assertThat(list(templates + "&site=west")).isEmpty();
    assertThat(list(templates + "&since=" + getJob(two).path("ts_def").asText())).contains(two);
    assertThat(list(templates + "&since=2999-01-01T00:00:00Z")).isEmpty();
    assertThat(WorkflowApi.get("/jobs?since=yesterday").status()).isEqualTo(422);
  }
}
