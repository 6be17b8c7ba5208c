package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.WorkflowApi.Answer;

/** Templates and data types over HTTP, with invalid input. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class DagTemplateIT {

  private static final String GOOD = GraphMlText.of("IN>a", "a>b");

  @Test
  void a_template_is_loaded_shown_replaced_and_removed() {
    Answer loaded = WorkflowApi.loadTemplate("name=life", GOOD);
    assertThat(loaded.status()).isEqualTo(201);
    assertThat(loaded.json().path("version").asInt()).isEqualTo(1);
    assertThat(loaded.json().path("nvertices").asInt()).isEqualTo(3);
    assertThat(loaded.json().path("user").asText()).isNotEmpty();
    Answer again = WorkflowApi.loadTemplate("name=life", GOOD);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.problem()).isEqualTo("already-exists");
    Answer replaced = WorkflowApi.loadTemplate("name=life&replace=true", GraphMlText.of("IN>a"));
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.json().path("version").asInt()).isEqualTo(2);
    JsonNode shown = WorkflowApi.get("/dags/life").json();
    assertThat(shown.path("nodes")).hasSize(2);
    assertThat(shown.path("edges").path(0).path("datatag").asText()).isEqualTo("FILE_IN_a");
    assertThat(WorkflowApi.get("/dags?limit=1000").text()).contains("\"life\"");
    assertThat(WorkflowApi.delete("/dags/life").status()).isEqualTo(204);
    assertThat(WorkflowApi.get("/dags/life").problem()).isEqualTo("unknown-dag");
    assertThat(WorkflowApi.delete("/dags/life").status()).isEqualTo(404);
  }

  @Test
  void a_template_that_was_got_as_graphml_loads_as_an_equal_one() {
    WorkflowApi.loadTemplate("name=there", GOOD);
    String xml = WorkflowApi.get("/dags/there", "Accept", "application/graphml+xml").text();
    assertThat(xml).isEqualTo(WorkflowApi.get("/dags/there?format=graphml").text());
    assertThat(WorkflowApi.loadTemplate("name=back", xml).status()).isEqualTo(201);
    assertThat(WorkflowApi.get("/dags/back?format=graphml").text())
        .isEqualTo(xml.replace("graph id=\"there\"", "graph id=\"back\""));
  }

  @ParameterizedTest(name = "{1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "<graphml><graph                         | 400 | malformed-xml    | line",
        "''                                      | 400 | malformed-xml    | empty",
        "<!DOCTYPE a []><graphml/>               | 422 | graph-invalid    | DTD",
        "<graphml/>                              | 422 | graph-invalid    | no graph",
        "a>b b>c c>a                             | 422 | dag-has-cycle    | a -> b -> c -> a",
        "a>a                                     | 422 | graph-invalid    | own parent"
      })
  void an_invalid_template_is_refused_and_the_stored_one_stays(
      String body, int status, String problem, String detail) {
    WorkflowApi.loadTemplate("name=stays&replace=true", GOOD);
    int version = WorkflowApi.get("/dags/stays").json().path("version").asInt();
    String xml = body.contains(">") && !body.contains("<") ? GraphMlText.of(body.split(" ")) : body;
    Answer refused = WorkflowApi.loadTemplate("name=stays&replace=true", xml);
    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(refused.json().path("detail").asText()).contains(detail);
    assertThat(WorkflowApi.get("/dags/stays").json().path("version").asInt()).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"A\":\"\\u0000\"}', env",
    "'{\"A\":\"\\uffff\"}', env",
    "'{\"A\":\"\\u0000\"}', requirements"
  })
  void text_that_no_workflow_can_store_is_refused_with_its_line(String json, String name) {
    Answer refused = WorkflowApi.loadTemplate("name=bad", GraphMlText.with("a>b", name, json));
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("graph-invalid");
    assertThat(refused.json().path("errors").path(0).path("line").asInt()).isEqualTo(7);
    assertThat(refused.json().path("detail").asText()).contains("node a: " + name);
  }

  @Test
  void an_unknown_data_type_is_reported_with_its_line_and_may_be_added() {
    String xml = GOOD.replace("TXT", "NOSUCH");
    Answer refused = WorkflowApi.loadTemplate("name=typed", xml);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("unknown-datatype");
    assertThat(refused.json().path("errors").path(0).path("line").asInt()).isPositive();
    assertThat(refused.json().path("detail").asText()).contains("NOSUCH");
    assertThat(WorkflowApi.post("/datatypes", "{\"name\":\"NOSUCH\",\"ext\":\".no\"}").status())
        .isEqualTo(201);
    assertThat(WorkflowApi.loadTemplate("name=typed", xml).status()).isEqualTo(201);
    assertThat(WorkflowApi.delete("/datatypes/NOSUCH").status()).isEqualTo(204);
    assertThat(WorkflowApi.post("/datatypes", "{\"name\":\"X\",\"ext\":\"no-dot\"}").status())
        .isEqualTo(422);
    Answer misspelt = WorkflowApi.post("/datatypes", "{\"name\":\"ROOT\",\"extension\":\".root\"}");
    assertThat(misspelt.status()).isEqualTo(422);
    assertThat(misspelt.json().path("errors").path(0).path("pointer").asText())
        .isEqualTo("/extension");
    assertThat(WorkflowApi.get("/datatypes").text()).contains("\".root\"");
    assertThat(WorkflowApi.post("/datatypes", "{\"name\":\"X\",\"comment\":\"\\u0000\"}").status())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({"a/b", "..", "a%20b", "%3Cb%3E", "a%0Ab", "''"})
  void names_with_other_characters_are_refused(String name) {
    Answer refused = WorkflowApi.loadTemplate("name=" + name, GOOD);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("validation-failed");
  }

  @Test
  void calls_without_the_right_credential_are_refused() {
    byte[] body = WorkflowApi.bytes(GOOD);
    String type = "application/xml";
    assertThat(WorkflowApi.call("POST", "/dags?name=x", "", type, body).status()).isEqualTo(401);
    assertThat(WorkflowApi.call("POST", "/dags?name=x", "viewer", type, body).status())
        .isEqualTo(403);
    assertThat(WorkflowApi.call("GET", "/dags", "join", null, new byte[0]).status()).isEqualTo(403);
    assertThat(WorkflowApi.get("/dags/x").status()).isEqualTo(404);
  }

  @Test
  void a_template_of_more_than_ten_mebibytes_is_refused() {
    Answer over =
        WorkflowApi.call(
            "POST", "/dags?name=x", "operator", "text/xml", new byte[10 * 1024 * 1024 + 1]);
    assertThat(over.status()).isEqualTo(413);
    assertThat(over.problem()).isEqualTo("body-too-large");
    assertThat(
            WorkflowApi.call(
                    "POST", "/dags?name=x", "operator", "text/plain", WorkflowApi.bytes(GOOD))
                .status())
        .isEqualTo(415);
  }
}
