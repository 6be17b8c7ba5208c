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
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The lineage of files. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class LineageIT extends WorkflowServiceTestBase {

  private String directory = "";

  @BeforeEach
  void chooseDirectory() {
    directory = "/shared/" + UUID.randomUUID();
  }

  /** Makes a workflow in which the file on that edge is x in the directory. */
  private UUID createWorkflow(String edge, String... edges) {
    return WorkflowApi.post(
            "/workflows",
            "{\"dag\": \"%s\", \"files\": {\"%s\": {\"name\": \"x\", \"dirpath\": \"%s\"}}}"
                .formatted(loadDag(edges), edge, directory))
        .uuid();
  }

  private void runJobs(UUID workflow, String... nodes) {
    for (String node : nodes) {
      events.send(BrokerEvents.jobSucceeded(events.awaitJobDefined(workflow, node)));
    }
    awaitFinished(workflow);
  }

  private UUID runWriter() {
    UUID writer = createWorkflow("b:OUT", "IN>a", "a>b", "b>OUT");
    runJobs(writer, "a", "b");
    return writer;
  }

  private UUID runReader() {
    UUID reader = createWorkflow("IN:c", "IN>c", "c>END");
    runJobs(reader, "c");
    return reader;
  }

  private static JsonNode lineage(String dataset) {
    return WorkflowApi.get("/datasets/" + dataset + "/lineage").json();
  }

  private JsonNode lineageIn(UUID workflow) {
    JsonNode found =
        WorkflowApi.get("/datasets?wfuuid=" + workflow + "&path=" + directory + "/x")
            .json()
            .path("items");
    assertThat(found).hasSize(1);
    return lineage(found.path(0).path("uuid").asText());
  }

  @Test
  void the_lineage_goes_up_and_down_and_across_workflows() {
    UUID writer = runWriter();
    UUID reader = runReader();
    await().atMost(ServiceEvents.TIMEOUT).until(() -> lineageIn(writer).path("down").size() == 2);
    JsonNode lineage = lineageIn(writer);
    assertThat(lineage.path("file").path("made_by").path("node").asText()).isEqualTo("b");
    assertThat(lineage.path("up").findValuesAsText("source")).containsExactly("a", "IN");
    assertThat(lineage.path("up").path(1).path("made_by").isNull()).isTrue();
    assertThat(lineage.path("down").path(1).path("made_by").path("wfuuid").asText())
        .isEqualTo(reader.toString());
    JsonNode end = lineage(lineage.path("down").path(1).path("data").path("uuid").asText());
    assertThat(end.path("up").findValuesAsText("source")).containsExactly("IN", "b", "a", "IN");
    assertThat(WorkflowApi.get("/datasets/" + UUID.randomUUID() + "/lineage").status())
        .isEqualTo(404);
  }

  @Test
  void each_reader_of_a_path_has_the_file_that_was_written_last_before_it() {
    UUID early = runReader();
    UUID monday = runWriter();
    UUID afterMonday = runReader();
    UUID tuesday = runWriter();
    UUID afterTuesday = runReader();
    assertThat(makers(lineageIn(early).path("up"))).isEmpty();
    assertThat(makers(lineageIn(afterMonday).path("up"))).containsOnly(monday.toString());
    assertThat(makers(lineageIn(afterTuesday).path("up"))).containsOnly(tuesday.toString());
    assertThat(makers(lineageIn(monday).path("down"))).containsOnly(afterMonday.toString());
    assertThat(makers(lineageIn(tuesday).path("down"))).containsOnly(afterTuesday.toString());
  }

  /** The workflows whose jobs made these files. */
  private static List<String> makers(JsonNode files) {
    return files.findValues("made_by").stream()
        .filter(made -> !made.isNull())
        .map(made -> made.path("wfuuid").asText())
        .toList();
  }
}
