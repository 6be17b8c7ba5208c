package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobDefined;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;
import org.p3s.workflow.domain.Hash;

/** The provenance of jobs, and the versions of templates that it refers to. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "workflow"))
class ProvenanceIT extends WorkflowServiceTestBase {

  private static JsonNode provenance(UUID job) {
    return WorkflowApi.get("/jobs/" + job + "/provenance").json();
  }

  @Test
  void provenance_has_template_environment_files_and_place() {
    String dag = loadGraphMl(GraphMlText.of("a>b"));
    UUID workflow = createWorkflow(dag);
    JobDefined a = events.awaitJobDefined(workflow, "a");
    events.send(BrokerEvents.jobSucceeded(a));
    JobDefined b = events.awaitJobDefined(workflow, "b");
    JsonNode before = WorkflowApi.get("/jobs/" + b.job() + "/provenance").json();
    assertThat(before.path("dag_hash").asText())
        .hasSize(64)
        .isEqualTo(WorkflowApi.get("/dags/" + dag).json().path("hash").asText());
    assertThat(before.path("env_hash").asText()).isEqualTo(Hash.ofEnvironment(b.env()));
    assertThat(before.path("inputs").path(0).path("size").asLong()).isEqualTo(12);
    assertThat(before.path("payload").asText()).isEqualTo("run b");
    assertThat(before.path("attempts")).isEmpty();
    events.send(BrokerEvents.jobSucceeded(b));
    awaitFinished(workflow);
    JsonNode attempt =
        WorkflowApi.get("/jobs/" + b.job() + "/provenance").json().path("attempts").path(0);
    assertThat(attempt.path("inputs").path(0).path("path").asText())
        .isEqualTo(before.path("inputs").path(0).path("path").asText());
    assertThat(attempt.path("inputs").path(0).path("size").asLong()).isEqualTo(12);
  }

  @Test
  void the_inputs_of_a_single_job_are_known_from_its_last_attempt() {
    UUID job =
        WorkflowApi.post(
                "/jobs",
                "{\"payload\": \"cat\", \"infile\": \"/in/%s\"}".formatted(UUID.randomUUID()))
            .uuids()
            .get(0);
    JobDefined defined = events.awaitJobDefined(job);
    assertThat(defined.inputs()).hasSize(1);
    assertThat(provenance(job).path("inputs").path(0).path("size").isNull()).isTrue();
    events.send(BrokerEvents.jobSucceeded(defined));
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(() -> provenance(job).path("inputs").path(0).path("size").asLong() == 12);
  }

  @Test
  void old_versions_of_a_template_can_still_be_read() {
    String dag = loadGraphMl(GraphMlText.of("a>b"));
    WorkflowApi.loadTemplate("replace=true&name=" + dag, GraphMlText.of("x>y", "y>z"));
    JsonNode versions = WorkflowApi.get("/dags/" + dag + "/versions").json().path("items");
    assertThat(versions.findValues("version").stream().map(JsonNode::asInt)).containsExactly(2, 1);
    assertThat(versions.path(0).path("hash")).isNotEqualTo(versions.path(1).path("hash"));
    assertThat(WorkflowApi.get("/dags/" + dag + "?version=1").json().path("nvertices").asInt())
        .isEqualTo(2);
    assertThat(WorkflowApi.get("/dags/" + dag + "?version=9").status()).isEqualTo(404);
    assertThat(WorkflowApi.delete("/dags/" + dag).status()).isEqualTo(204);
    assertThat(WorkflowApi.get("/dags/" + dag).status()).isEqualTo(404);
    assertThat(WorkflowApi.get("/dags/" + dag + "?version=1").json().path("removed").asBoolean())
        .isTrue();
    assertThat(
            WorkflowApi.loadTemplate("name=" + dag, GraphMlText.of("a>b"))
                .json()
                .path("version")
                .asInt())
        .isEqualTo(3);
  }
}
