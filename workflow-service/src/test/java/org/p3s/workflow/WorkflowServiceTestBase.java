package org.p3s.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.workflow.WorkflowApi.Answer;

/** The base of tests of the running service that send or receive events. */
abstract class WorkflowServiceTestBase {

  static ServiceEvents events;

  @BeforeAll
  static void openEvents() {
    events = new ServiceEvents();
  }

  @AfterAll
  static void closeEvents() throws InterruptedException {
    events.close();
  }

  /** Loads a template with those edges under a new name, which is returned. */
  static String loadDag(String... edges) {
    return loadGraphMl(GraphMlText.of(edges));
  }

  /** Loads a template under a new name, which is returned. */
  static String loadGraphMl(String xml) {
    String name = "dag-" + UUID.randomUUID();
    Answer loaded = WorkflowApi.loadTemplate("name=" + name, xml);
    assertThat(loaded.status()).as(loaded.text()).isEqualTo(201);
    return name;
  }

  static UUID createWorkflow(String dag) {
    Answer created = WorkflowApi.post("/workflows", "{\"dag\":\"" + dag + "\"}");
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return created.uuid();
  }

  static JsonNode getWorkflow(UUID workflow) {
    return WorkflowApi.get("/workflows/" + workflow).json();
  }

  static JsonNode getJob(UUID job) {
    return WorkflowApi.get("/jobs/" + job).json();
  }

  static WorkflowFinished awaitFinished(UUID workflow) {
    return events.awaitFirst(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
  }

  static void awaitWorkflowState(UUID workflow, String state) {
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(() -> getWorkflow(workflow).path("state").asText().equals(state));
  }

  static void awaitJobState(UUID job, String state) {
    await()
        .atMost(ServiceEvents.TIMEOUT)
        .until(() -> getJob(job).path("state").asText().equals(state));
  }

  /** The states of items by another of their fields. */
  static Map<String, String> statesBy(String field, JsonNode items) {
    Map<String, String> states = new TreeMap<>();
    items.forEach(item -> states.put(item.path(field).asText(), item.path("state").asText()));
    return states;
  }
}
