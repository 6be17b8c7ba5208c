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
import org.p3s.workflow.Wire.Answer;

/** What tests of the running service share: its events, and workflows of templates of their own. */
abstract class WorkflowServiceTestBase {

  static Wire wire;

  @BeforeAll
  static void listen() {
    wire = new Wire();
  }

  @AfterAll
  static void stopListening() throws InterruptedException {
    wire.close();
  }

  static String dag(String... edges) {
    return load(GraphMlText.of(edges));
  }

  static String load(String xml) {
    String name = "dag-" + UUID.randomUUID();
    Answer loaded = Wire.load("name=" + name, xml);
    assertThat(loaded.status()).as(loaded.text()).isEqualTo(201);
    return name;
  }

  static UUID start(String dag) {
    Answer started = Wire.post("/workflows", "{\"dag\":\"" + dag + "\"}");
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    return started.uuid();
  }

  static JsonNode show(UUID workflow) {
    return Wire.get("/workflows/" + workflow).json();
  }

  static WorkflowFinished finished(UUID workflow) {
    return wire.one(WorkflowFinished.class, end -> end.wfuuid().equals(workflow));
  }

  static void awaitState(UUID workflow, String state) {
    await().atMost(Wire.LONG).until(() -> show(workflow).path("state").asText().equals(state));
  }

  static Map<String, String> states(JsonNode items, String name) {
    Map<String, String> states = new TreeMap<>();
    items.forEach(item -> states.put(item.path(name).asText(), item.path("state").asText()));
    return states;
  }
}
