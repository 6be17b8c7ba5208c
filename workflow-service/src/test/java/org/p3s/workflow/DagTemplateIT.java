package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.Wire.Answer;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.WorkflowState;

/** Templates, data types and their bad input over HTTP. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class DagTemplateIT {

  private static final String GOOD = GraphMlText.of("IN>a", "a>b");

  @Inject Pool pool;

  @Test
  void a_template_is_loaded_shown_replaced_and_removed() {
    Answer loaded = Wire.load("name=life", GOOD);
    assertThat(loaded.status()).isEqualTo(201);
    assertThat(loaded.json().path("version").asInt()).isEqualTo(1);
    assertThat(loaded.json().path("nvertices").asInt()).isEqualTo(3);
    assertThat(loaded.json().path("user").asText()).isNotEmpty();
    Answer again = Wire.load("name=life", GOOD);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.problem()).isEqualTo("already-exists");
    Answer replaced = Wire.load("name=life&replace=true", GraphMlText.of("IN>a"));
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.json().path("version").asInt()).isEqualTo(2);
    JsonNode shown = Wire.get("/dags/life").json();
    assertThat(shown.path("nodes")).hasSize(2);
    assertThat(shown.path("edges").path(0).path("datatag").asText()).isEqualTo("FILE_IN_a");
    assertThat(Wire.get("/dags?limit=1000").text()).contains("\"life\"");
    assertThat(Wire.delete("/dags/life").status()).isEqualTo(204);
    assertThat(Wire.get("/dags/life").problem()).isEqualTo("unknown-dag");
    assertThat(Wire.delete("/dags/life").status()).isEqualTo(404);
  }

  @Test
  void what_is_got_as_graphml_loads_as_an_equal_template() {
    Wire.load("name=there", GOOD);
    String xml = Wire.get("/dags/there", "Accept", "application/graphml+xml").text();
    assertThat(xml).isEqualTo(Wire.get("/dags/there?format=graphml").text());
    assertThat(Wire.load("name=back", xml).status()).isEqualTo(201);
    assertThat(Wire.get("/dags/back?format=graphml").text())
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
  void a_bad_template_is_refused_and_what_was_there_stays(
      String body, int status, String problem, String detail) {
    Wire.load("name=stays&replace=true", GOOD);
    int version = Wire.get("/dags/stays").json().path("version").asInt();
    String xml = body.contains(">") && !body.contains("<") ? GraphMlText.of(body.split(" ")) : body;
    Answer refused = Wire.load("name=stays&replace=true", xml);
    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(refused.json().path("detail").asText()).contains(detail);
    assertThat(Wire.get("/dags/stays").json().path("version").asInt()).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"A\":\"\\u0000\"}', env",
    "'{\"A\":\"\\uffff\"}', env",
    "'{\"A\":\"\\u0000\"}', requirements"
  })
  void what_could_not_be_made_a_workflow_of_is_refused_with_its_line(String json, String name) {
    Answer refused = Wire.load("name=bad", GraphMlText.with("a>b", name, json));
    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("graph-invalid");
    assertThat(refused.json().path("errors").path(0).path("line").asInt()).isEqualTo(7);
    assertThat(refused.json().path("detail").asText()).contains("node a: " + name);
  }

  @Test
  void an_unknown_data_type_is_named_with_its_line_and_may_be_added() {
    String xml = GOOD.replace("TXT", "NOSUCH");
    Answer refused = Wire.load("name=typed", xml);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("unknown-datatype");
    assertThat(refused.json().path("errors").path(0).path("line").asInt()).isPositive();
    assertThat(refused.json().path("detail").asText()).contains("NOSUCH");
    assertThat(Wire.post("/datatypes", "{\"name\":\"NOSUCH\",\"ext\":\".no\"}").status())
        .isEqualTo(201);
    assertThat(Wire.load("name=typed", xml).status()).isEqualTo(201);
    assertThat(Wire.delete("/datatypes/NOSUCH").status()).isEqualTo(204);
    assertThat(Wire.post("/datatypes", "{\"name\":\"X\",\"ext\":\"no-dot\"}").status())
        .isEqualTo(422);
    Answer misspelt = Wire.post("/datatypes", "{\"name\":\"ROOT\",\"extension\":\".root\"}");
    assertThat(misspelt.status()).isEqualTo(422);
    assertThat(misspelt.json().path("errors").path(0).path("pointer").asText())
        .isEqualTo("/extension");
    assertThat(Wire.get("/datatypes").text()).contains("\".root\"");
    assertThat(Wire.post("/datatypes", "{\"name\":\"X\",\"comment\":\"\\u0000\"}").status())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({"a/b", "..", "a%20b", "%3Cb%3E", "a%0Ab", "''"})
  void names_are_plain(String name) {
    Answer refused = Wire.load("name=" + name, GOOD);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.problem()).isEqualTo("validation-failed");
  }

  @Test
  void nothing_is_done_without_the_right_credential() {
    byte[] body = Wire.bytes(GOOD);
    String type = "application/xml";
    assertThat(Wire.call("POST", "/dags?name=x", "", type, body).status()).isEqualTo(401);
    assertThat(Wire.call("POST", "/dags?name=x", "viewer", type, body).status()).isEqualTo(403);
    assertThat(Wire.call("GET", "/dags", "join", null, new byte[0]).status()).isEqualTo(403);
    assertThat(Wire.get("/dags/x").status()).isEqualTo(404);
  }

  @Test
  void ten_mebibytes_are_the_limit() {
    Answer over =
        Wire.call("POST", "/dags?name=x", "operator", "text/xml", new byte[10 * 1024 * 1024 + 1]);
    assertThat(over.status()).isEqualTo(413);
    assertThat(over.problem()).isEqualTo("body-too-large");
    assertThat(
            Wire.call("POST", "/dags?name=x", "operator", "text/plain", Wire.bytes(GOOD)).status())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource({"job", "workflow", "dataset"})
  void the_tables_know_the_states_of_the_enum(String table) {
    Set<String> inTable = new TreeSet<>();
    String sql = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1";
    pool.preparedQuery(sql)
        .execute(Tuple.of(table + "_state"))
        .await()
        .atMost(Wire.LONG)
        .forEach(
            row -> {
              Matcher quoted = Pattern.compile("'([a-z-]+)'").matcher(row.getString(0));
              while (quoted.find()) {
                inTable.add(quoted.group(1));
              }
            });
    Set<String> inEnum =
        switch (table) {
          case "job" -> texts(Arrays.stream(JobState.values()).map(JobState::text));
          case "workflow" -> texts(Arrays.stream(WorkflowState.values()).map(WorkflowState::text));
          default -> texts(Arrays.stream(DatasetState.values()).map(DatasetState::text));
        };
    assertThat(inTable).isEqualTo(inEnum);
  }

  private static Set<String> texts(java.util.stream.Stream<String> texts) {
    return texts.collect(Collectors.toCollection(TreeSet::new));
  }
}
