package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** What made a file, and what was made of it. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class LineageIT extends WorkflowServiceTestBase {

  private String directory = "";

  @BeforeEach
  void aDirectory() {
    directory = "/shared/" + UUID.randomUUID();
  }

  /** A workflow in which that edge is the file x of the directory. */
  private UUID start(String edge, String... edges) {
    String dag = "dag-" + UUID.randomUUID();
    Wire.load("name=" + dag, GraphMlText.of(edges));
    return Wire.post(
            "/workflows",
            "{\"dag\": \"%s\", \"files\": {\"%s\": {\"name\": \"x\", \"dirpath\": \"%s\"}}}"
                .formatted(dag, edge, directory))
        .uuid();
  }

  private void runs(UUID workflow, String... nodes) {
    for (String node : nodes) {
      wire.tell(Wire.success(wire.defined(workflow, node)));
    }
    wire.one(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
  }

  private UUID writes() {
    UUID writer = start("b:OUT", "IN>a", "a>b", "b>OUT");
    runs(writer, "a", "b");
    return writer;
  }

  private UUID reads() {
    UUID reader = start("IN:c", "IN>c", "c>END");
    runs(reader, "c");
    return reader;
  }

  private static JsonNode lineage(String dataset) {
    return Wire.get("/datasets/" + dataset + "/lineage").json();
  }

  private JsonNode lineageIn(UUID workflow) {
    JsonNode found =
        Wire.get("/datasets?wfuuid=" + workflow + "&path=" + directory + "/x").json().path("items");
    assertThat(found).hasSize(1);
    return lineage(found.path(0).path("uuid").asText());
  }

  @Test
  void it_goes_both_ways_and_across_workflows() {
    UUID writer = writes();
    UUID reader = reads();
    await().atMost(Wire.LONG).until(() -> lineageIn(writer).path("down").size() == 2);
    JsonNode lineage = lineageIn(writer);
    assertThat(lineage.path("file").path("made_by").path("node").asText()).isEqualTo("b");
    assertThat(lineage.path("up").findValuesAsText("source")).containsExactly("a", "IN");
    assertThat(lineage.path("up").path(1).path("made_by").isNull()).isTrue();
    assertThat(lineage.path("down").path(1).path("made_by").path("wfuuid").asText())
        .isEqualTo(reader.toString());
    JsonNode end = lineage(lineage.path("down").path(1).path("data").path("uuid").asText());
    assertThat(end.path("up").findValuesAsText("source")).containsExactly("IN", "b", "a", "IN");
    assertThat(Wire.get("/datasets/" + UUID.randomUUID() + "/lineage").status()).isEqualTo(404);
  }

  @Test
  void of_a_path_that_is_written_again_each_reader_has_what_was_there() {
    UUID early = reads();
    UUID monday = writes();
    UUID afterMonday = reads();
    UUID tuesday = writes();
    UUID afterTuesday = reads();
    assertThat(makers(lineageIn(early).path("up"))).isEmpty();
    assertThat(makers(lineageIn(afterMonday).path("up"))).containsOnly(monday.toString());
    assertThat(makers(lineageIn(afterTuesday).path("up"))).containsOnly(tuesday.toString());
    assertThat(makers(lineageIn(monday).path("down"))).containsOnly(afterMonday.toString());
    assertThat(makers(lineageIn(tuesday).path("down"))).containsOnly(afterTuesday.toString());
  }

  /** The workflows whose jobs made the files of these steps. */
  private static List<String> makers(JsonNode steps) {
    return steps.findValues("made_by").stream()
        .filter(made -> !made.isNull())
        .map(made -> made.path("wfuuid").asText())
        .toList();
  }
}
