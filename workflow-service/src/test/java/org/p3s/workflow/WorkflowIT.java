package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
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
class WorkflowIT {

  private static Wire wire;

  @BeforeAll
  static void listen() {
    wire = new Wire();
  }

  @AfterAll
  static void stopListening() throws InterruptedException {
    wire.close();
  }

  private static String dag(String... edges) {
    String name = "dag-" + UUID.randomUUID();
    assertThat(Wire.load("name=" + name, Xml.of(edges)).status()).isEqualTo(201);
    return name;
  }

  private static UUID start(String dag) {
    Answer started = Wire.post("/workflows", "{\"dag\":\"" + dag + "\"}");
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    return started.uuid();
  }

  private static JsonNode show(UUID workflow) {
    return Wire.get("/workflows/" + workflow).json();
  }

  private static WorkflowFinished finished(UUID workflow) {
    return wire.one(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
  }

  private static void awaitState(UUID workflow, String state) {
    await().atMost(Wire.LONG).until(() -> show(workflow).path("state").asText().equals(state));
  }

  private static Map<String, String> states(JsonNode items, String name) {
    Map<String, String> states = new TreeMap<>();
    items.forEach(item -> states.put(item.path(name).asText(), item.path("state").asText()));
    return states;
  }

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

  @Test
  void a_replaced_template_leaves_workflows_on_their_version() {
    String dag = dag("a>b");
    UUID old = start(dag);
    Wire.load("replace=true&name=" + dag, Xml.of("x>y"));
    UUID fresh = start(dag);
    assertThat(show(old).path("dag_version").asInt()).isEqualTo(1);
    assertThat(show(fresh).path("dag_version").asInt()).isEqualTo(2);
    wire.tell(Wire.success(wire.defined(old, "a")));
    wire.defined(old, "b");
    wire.defined(fresh, "x");
    assertThat(Wire.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    assertThat(Wire.load("name=" + dag, Xml.of("p>q")).status()).isEqualTo(201);
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
  void the_same_key_gives_the_same_workflow() {
    String body = "{\"dag\":\"" + dag("a>b") + "\"}";
    String key = UUID.randomUUID().toString();
    Answer first = Wire.post("/workflows", body, "Idempotency-Key", key);
    Answer again = Wire.post("/workflows", body, "Idempotency-Key", key);
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.uuid()).isEqualTo(first.uuid());
    Answer other =
        Wire.post("/workflows", "{\"dag\":\"" + dag("a>b") + "\"}", "Idempotency-Key", key);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.problem()).isEqualTo("conflict");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{'dag':'no-such'}                                | 404 | unknown-dag",
        "{}                                               | 422 | validation-failed",
        "{'dag':                                          | 400 | malformed-json",
        "{'dag':'known','files':{'x:y':{'name':'z'}}}     | 422 | validation-failed",
        "{'dag':'known','jobs':{'nobody':{}}}             | 422 | validation-failed",
        "{'dag':'known','files':{'a:b':{'nam':'z'}}}      | 422 | validation-failed",
        "{'dag':'known','files':{'a:b':{'name':'\\u0000'}}} | 422 | validation-failed",
        "{'dag':'known','files':{'\\u0000':{'name':'z'}}} | 422 | validation-failed",
        "{'dag':'known','files':'inherit:\\u0000'}         | 422 | validation-failed",
        "{'dag':'known','jobs':{'a':{'env':{'A':'\\u0000'}}}} | 422 | validation-failed",
        "{'dag':'known','jobs':{'\\ud800':{}}}             | 400 | malformed-json"
      })
  void a_bad_wish_is_refused(String body, int status, String problem) {
    Wire.load("name=known&replace=true", Xml.of("a>b"));
    Answer refused = Wire.post("/workflows", body.replace('\'', '"'));
    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.problem()).isEqualTo(problem);
  }

  @Test
  void one_name_for_two_files_is_refused_with_their_addresses() {
    String xml =
        Xml.of("a>b", "a>b")
            .replaceFirst("<data key='n'>f<", "<data key='n'>e<")
            .replaceAll("<data key='g'>[^<]*</data>", "");
    Wire.load("name=parallel&replace=true", xml);
    String wish = "{\"dag\":\"parallel\",\"files\":{\"a:b%s\":{\"name\":\"x\"}}}";
    Answer refused = Wire.post("/workflows", wish.formatted(""));
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.json().path("detail").asText())
        .isEqualTo(
            "/files/a:b/name: is the name of several files; name them one by one, as a:b:e and"
                + " a:b:f");
    assertThat(Wire.post("/workflows", wish.formatted(":null")).status()).isEqualTo(422);
    Answer one = Wire.post("/workflows?dry_run=true", wish.formatted(":f"));
    assertThat(one.status()).as(one.text()).isEqualTo(200);
    assertThat(one.json().path("data").path(1).path("path").asText()).isEqualTo("/data/x");
  }

  @Test
  void jobs_are_posted_all_or_none() {
    String type = "t-" + UUID.randomUUID();
    String good = "{\"payload\":\"/bin/true\",\"jobtype\":\"" + type + "\",\"timeout\":\"5\"}";
    Answer refused = Wire.post("/jobs", "[" + good + ",{\"payload\":7,\"x\":1}]");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().path("errors").path(0).path("pointer").asText()).isEqualTo("/1/x");
    Answer nul = Wire.post("/jobs", "{\"payload\":\"x\",\"env\":{\"A\":\"\\u0000\"}}");
    assertThat(nul.status()).isEqualTo(422);
    assertThat(nul.json().path("errors").path(0).path("pointer").asText()).isEqualTo("/env/A");
    Answer two = Wire.post("/jobs", "[" + good + "]\n[" + good + "]");
    assertThat(two.problem()).as(two.text()).isEqualTo("malformed-json");
    assertThat(two.json().path("errors").path(0).path("line").asInt()).isEqualTo(2);
    Answer twice = Wire.post("/jobs", "[{\"payload\":\"a\",\n\"payload\":\"b\"}]");
    assertThat(twice.status()).as(twice.text()).isEqualTo(422);
    assertThat(twice.json().path("detail").asText())
        .isEqualTo("/0/payload: one object has twice the key 'payload'");
    assertThat(twice.json().path("errors").path(0).path("line").asInt()).isEqualTo(2);
    Answer posted = Wire.post("/jobs?replicas=2", "[" + good + "," + good + "]");
    assertThat(posted.status()).isEqualTo(201);
    assertThat(posted.json().path("items")).hasSize(4);
    await()
        .atMost(Wire.LONG)
        .until(() -> wire.all(JobDefined.class, j -> j.jobtype().equals(type)).size() == 4);
    JobDefined first = wire.all(JobDefined.class, j -> j.jobtype().equals(type)).get(0);
    assertThat(first.wfuuid()).isNull();
    assertThat(first.timelimit()).isEqualTo(5);
  }

  @Test
  void a_job_alone_is_adjusted_retried_and_ended_once() {
    Answer posted = Wire.post("/jobs", "{\"payload\":\"x\",\"maxattempts\":2}");
    UUID uuid = UUID.fromString(posted.json().path("items").path(0).path("uuid").asText());
    assertThat(Wire.patch("/jobs/" + uuid, "{\"priority\":5}").json().path("priority").asInt())
        .isEqualTo(5);
    JobDefined job = wire.one(JobDefined.class, j -> j.job().equals(uuid));
    JobFinished failure = Wire.end(job, JobEnd.FINISHED, 3);
    wire.tell(failure, failure);
    JobDefined again = wire.one(JobDefined.class, j -> j.job().equals(uuid) && j.attempt() == 2);
    assertThat(again.priority()).isEqualTo(5);
    wire.tell(failure, Wire.end(again, JobEnd.TIMELIMIT, 77));
    await()
        .atMost(Wire.LONG)
        .until(() -> Wire.get("/jobs/" + uuid).json().path("state").asText().equals("timelimit"));
    assertThat(Wire.get("/jobs/" + uuid).json().path("errcode").asInt()).isEqualTo(77);
    assertThat(wire.all(JobDefined.class, j -> j.job().equals(uuid))).hasSize(2);
    assertThat(Wire.patch("/jobs/" + uuid, "{\"priority\":1}").status()).isEqualTo(409);
    assertThat(Wire.delete("/jobs/" + uuid).status()).isEqualTo(409);
    assertThat(Wire.patch("/jobs/" + UUID.randomUUID(), "{\"priority\":1}").status())
        .isEqualTo(404);
  }

  @Test
  void a_cancelled_job_is_withdrawn() {
    Answer posted = Wire.post("/jobs", "{\"payload\":\"x\",\"maxattempts\":9}");
    UUID uuid = UUID.fromString(posted.json().path("items").path(0).path("uuid").asText());
    JobDefined job = wire.one(JobDefined.class, j -> j.job().equals(uuid));
    assertThat(Wire.delete("/jobs/" + uuid).status()).isEqualTo(202);
    assertThat(wire.one(JobWithdrawn.class, w -> w.job().equals(uuid)).waitingOnly()).isFalse();
    wire.tell(Wire.end(job, JobEnd.CANCELLED, null));
    await()
        .atMost(Wire.LONG)
        .until(() -> Wire.get("/jobs/" + uuid).json().path("state").asText().equals("cancelled"));
    assertThat(wire.all(JobDefined.class, j -> j.job().equals(uuid))).hasSize(1);
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
