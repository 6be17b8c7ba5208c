package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Requests for workflows, and which of them are refused. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class WorkflowRequestIT extends WorkflowServiceTestBase {

  @Test
  void a_request_with_the_same_key_gives_the_same_workflow() {
    String body = "{\"dag\":\"" + loadDag("a>b") + "\"}";
    String key = UUID.randomUUID().toString();
    Answer first = WorkflowApi.post("/workflows", body, "Idempotency-Key", key);
    Answer again = WorkflowApi.post("/workflows", body, "Idempotency-Key", key);
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.uuid()).isEqualTo(first.uuid());
    Answer other =
        WorkflowApi.post(
            "/workflows", "{\"dag\":\"" + loadDag("a>b") + "\"}", "Idempotency-Key", key);
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
  void an_invalid_request_is_refused(String body, int status, String problem) {
    WorkflowApi.loadTemplate("name=known&replace=true", GraphMlText.of("a>b"));
    Answer refused = WorkflowApi.post("/workflows", body.replace('\'', '"'));
    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.problem()).isEqualTo(problem);
  }

  @Test
  void one_name_for_two_files_is_refused_with_their_addresses() {
    String xml =
        GraphMlText.of("a>b", "a>b")
            .replaceFirst("<data key='n'>f<", "<data key='n'>e<")
            .replaceAll("<data key='g'>[^<]*</data>", "");
    WorkflowApi.loadTemplate("name=parallel&replace=true", xml);
    String body = "{\"dag\":\"parallel\",\"files\":{\"a:b%s\":{\"name\":\"x\"}}}";
    Answer refused = WorkflowApi.post("/workflows", body.formatted(""));
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.json().path("detail").asText())
        .isEqualTo(
            "/files/a:b/name: is the name of several files; name them one by one, as a:b:e and"
                + " a:b:f");
    assertThat(WorkflowApi.post("/workflows", body.formatted(":null")).status()).isEqualTo(422);
    Answer one = WorkflowApi.post("/workflows?dry_run=true", body.formatted(":f"));
    assertThat(one.status()).as(one.text()).isEqualTo(200);
    assertThat(one.json().path("data").path(1).path("path").asText()).isEqualTo("/data/x");
  }
}
