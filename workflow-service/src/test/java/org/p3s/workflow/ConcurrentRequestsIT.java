package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobFinishedBuilder;
import org.p3s.contracts.ObservedFile;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Equal requests that come at the same time, or while an earlier one is still in progress. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ConcurrentRequestsIT extends WorkflowServiceTestBase {

  private static Answer rerun(UUID workflow) {
    return WorkflowApi.post("/workflows/" + workflow + "/rerun", "{}");
  }

  private void failWorkflow(UUID workflow, String node) {
    events.send(BrokerEvents.jobEnded(events.awaitJobDefined(workflow, node), JobEnd.FINISHED, 3));
    events.awaitFirst(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
  }

  private static List<Answer> atOnce(int times, Supplier<Answer> call) {
    List<CompletableFuture<Answer>> calls =
        IntStream.range(0, times).mapToObj(i -> CompletableFuture.supplyAsync(call)).toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }

  @Test
  void of_reruns_that_are_requested_at_once_one_is_made() {
    UUID first = createWorkflow(loadDag("a>b"));
    failWorkflow(first, "a");
    List<Answer> answers = atOnce(6, () -> rerun(first));
    assertThat(answers.stream().filter(a -> a.status() == 201)).hasSize(1);
    assertThat(answers.stream().filter(a -> a.status() == 409)).hasSize(5);
  }

  @Test
  void while_a_rerun_runs_its_family_is_not_done_again() {
    UUID first = createWorkflow(loadDag("a>b"));
    failWorkflow(first, "a");
    UUID second = rerun(first).uuid();
    failWorkflow(second, "a");
    UUID third = rerun(second).uuid();
    for (UUID earlier : List.of(first, second)) {
      Answer refused = rerun(earlier);
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.json().path("detail").asText()).contains(third.toString());
    }
    failWorkflow(third, "a");
    assertThat(rerun(first).status()).isEqualTo(201);
  }

  @Test
  void a_repeated_request_is_answered_even_if_its_template_was_removed() {
    String dag = loadDag("a>b");
    String body = "{\"dag\":\"" + dag + "\"}";
    String key = UUID.randomUUID().toString();
    Answer once = WorkflowApi.post("/workflows", body, "Idempotency-Key", key);
    assertThat(WorkflowApi.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    Answer repeat = WorkflowApi.post("/workflows", body, "Idempotency-Key", key);
    assertThat(repeat.status()).isEqualTo(200);
    assertThat(repeat.uuid()).isEqualTo(once.uuid());
    assertThat(WorkflowApi.post("/workflows", body).status()).isEqualTo(404);
  }

  @Test
  void templates_that_are_stored_at_once_all_get_a_version() {
    String name = loadDag("a>b");
    byte[] graph = WorkflowApi.bytes(GraphMlText.of("a>b", "b>c"));
    List<Answer> answers =
        atOnce(6, () -> WorkflowApi.call("PUT", "/dags/" + name, "operator", "text/xml", graph));
    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(answers)
        .extracting(answer -> answer.json().path("version").asInt())
        .containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7);
  }

  @Test
  void a_file_of_two_jobs_is_ready_only_for_the_job_that_wrote_it() {
    String file = "{\"name\": \"one.txt\", \"dirpath\": \"/d\"}";
    UUID workflow =
        WorkflowApi.post(
                "/workflows",
                "{\"dag\":\"%s\", \"files\": {\"a:OUT\": %s, \"b:OUT\": %s}}"
                    .formatted(loadDag("IN>a", "IN>b", "a>OUT", "b>OUT"), file, file))
            .uuid();
    events.send(BrokerEvents.jobSucceeded(events.awaitJobDefined(workflow, "a")));
    await().atMost(ServiceEvents.TIMEOUT).until(() -> "ready".equals(files(workflow).get("a")));
    assertThat(files(workflow).get("b")).isEqualTo("expected");
    JobDefined b = events.awaitJobDefined(workflow, "b");
    events.send(succeededWithoutFiles(b));
    events.awaitFirst(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
    await().atMost(ServiceEvents.TIMEOUT).until(() -> "missing".equals(files(workflow).get("b")));
    assertThat(files(workflow).get("a")).isEqualTo("ready");
  }

  private static JobFinished succeededWithoutFiles(JobDefined job) {
    return JobFinishedBuilder.builder(BrokerEvents.jobSucceeded(job))
        .outputs(
            job.outputs().stream()
                .map(path -> new ObservedFile(path, false, null, null, null))
                .toList())
        .build();
  }

  /** The states of datasets by their sources. */
  private static Map<String, String> files(UUID workflow) {
    return statesBy("source", getWorkflow(workflow).path("data"));
  }
}
