package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.ObservedFile;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.Wire.Answer;

/** The same asked for twice, at once or while the first still goes on. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ConcurrentRequestsIT extends WorkflowServiceTestBase {

  private static Answer again(UUID workflow) {
    return Wire.post("/workflows/" + workflow + "/rerun", "{}");
  }

  private void fail(UUID workflow, String node) {
    wire.tell(Wire.end(wire.defined(workflow, node), JobEnd.FINISHED, 3));
    wire.one(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
  }

  private static List<Answer> atOnce(int times, Supplier<Answer> call) {
    List<CompletableFuture<Answer>> calls =
        IntStream.range(0, times).mapToObj(i -> CompletableFuture.supplyAsync(call)).toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }

  @Test
  void of_reruns_that_are_asked_for_at_once_one_is_made() {
    UUID first = start(dag("a>b"));
    fail(first, "a");
    List<Answer> answers = atOnce(6, () -> again(first));
    assertThat(answers.stream().filter(a -> a.status() == 201)).hasSize(1);
    assertThat(answers.stream().filter(a -> a.status() == 409)).hasSize(5);
  }

  @Test
  void while_a_rerun_goes_on_neither_it_nor_what_it_came_from_is_done_again() {
    UUID first = start(dag("a>b"));
    fail(first, "a");
    UUID second = again(first).uuid();
    fail(second, "a");
    UUID third = again(second).uuid();
    for (UUID earlier : List.of(first, second)) {
      Answer refused = again(earlier);
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.json().path("detail").asText()).contains(third.toString());
    }
    fail(third, "a");
    assertThat(again(first).status()).isEqualTo(201);
  }

  @Test
  void a_repeat_is_answered_even_if_it_could_not_be_made_any_more() {
    String dag = dag("a>b");
    String body = "{\"dag\":\"" + dag + "\"}";
    String key = UUID.randomUUID().toString();
    Answer once = Wire.post("/workflows", body, "Idempotency-Key", key);
    assertThat(Wire.delete("/dags/" + dag + "?force=true").status()).isEqualTo(204);
    Answer repeat = Wire.post("/workflows", body, "Idempotency-Key", key);
    assertThat(repeat.status()).isEqualTo(200);
    assertThat(repeat.uuid()).isEqualTo(once.uuid());
    assertThat(Wire.post("/workflows", body).status()).isEqualTo(404);
  }

  @Test
  void versions_that_are_put_at_once_all_get_a_number() {
    String name = dag("a>b");
    byte[] graph = Wire.bytes(GraphMlText.of("a>b", "b>c"));
    List<Answer> answers =
        atOnce(6, () -> Wire.call("PUT", "/dags/" + name, "operator", "text/xml", graph));
    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(answers)
        .extracting(answer -> answer.json().path("version").asInt())
        .containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7);
  }

  @Test
  void a_file_that_two_jobs_were_to_write_is_ready_only_for_the_one_that_did() {
    String there = "{\"name\": \"one.txt\", \"dirpath\": \"/d\"}";
    UUID workflow =
        Wire.post(
                "/workflows",
                "{\"dag\":\"%s\", \"files\": {\"a:OUT\": %s, \"b:OUT\": %s}}"
                    .formatted(dag("IN>a", "IN>b", "a>OUT", "b>OUT"), there, there))
            .uuid();
    wire.tell(Wire.success(wire.defined(workflow, "a")));
    await().atMost(Wire.LONG).until(() -> "ready".equals(files(workflow).get("a")));
    assertThat(files(workflow).get("b")).isEqualTo("expected");
    JobDefined b = wire.defined(workflow, "b");
    wire.tell(missing(b));
    wire.one(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
    await().atMost(Wire.LONG).until(() -> "missing".equals(files(workflow).get("b")));
    assertThat(files(workflow).get("a")).isEqualTo("ready");
  }

  private static JobFinished missing(JobDefined job) {
    JobFinished end = Wire.success(job);
    return new JobFinished(
        end.job(),
        end.wfuuid(),
        end.node(),
        end.jobtype(),
        end.state(),
        end.attempt(),
        end.lease(),
        end.errcode(),
        end.signal(),
        end.reason(),
        end.pilot(),
        end.site(),
        end.host(),
        end.pid(),
        end.hostWorkdir(),
        end.tsDis(),
        end.tsSta(),
        end.tsSto(),
        end.cpuS(),
        end.maxRssKib(),
        end.inputs(),
        job.outputs().stream()
            .map(path -> new ObservedFile(path, false, null, null, null))
            .toList(),
        null,
        null);
  }

  /** States of datasets by what writes them. */
  private static Map<String, String> files(UUID workflow) {
    Map<String, String> states = new TreeMap<>();
    for (JsonNode data : Wire.get("/workflows/" + workflow).json().path("data")) {
      states.put(data.path("source").asText(), data.path("state").asText());
    }
    return states;
  }
}
