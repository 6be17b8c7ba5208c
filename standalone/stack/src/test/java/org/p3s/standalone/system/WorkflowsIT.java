package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workflows of DAGs of different shapes, on a running stack with real pilots and payloads. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(SharedStackExtension.class)
class WorkflowsIT {

  private static StackUnderTest stack;

  @BeforeAll
  static void up(StackUnderTest shared) {
    stack = shared;
    new FaultInjector(stack).awaitReady();
  }

  @ParameterizedTest(name = "{0}")
  @Order(1)
  @CsvSource(
      delimiter = '|',
      value = {
        "diamond        | a>b a>c b>d c>d",
        "noop-chain     | a>M1 M1>M2 M2>M3 M3>b b>c",
        "two-roots      | a>c b>c c>d",
        "parallel-edges | a>b a>b a>b b>c",
        "all-noop       | A>B B>C A>C",
        "islands        | a>b X>Y c"
      })
  void each_shape_finishes_and_no_job_starts_before_its_parents_have_ended(
      String name, String edges) throws Exception {
    Path file = stack.data.resolve(name + ".graphml");
    Files.writeString(file, GraphMlTemplates.ofEdges(List.of(edges.split(" "))));
    stack.ok("dag", "add", file.toString());
    String uuid = stack.ok("workflow", "start", name, "--wait", "-o", "name").out().strip();

    JsonNode workflow = stack.get("workflow-service", "/api/v1/workflows/" + uuid);
    assertThat(workflow.get("state").asText()).isEqualTo("finished");
    assertThat(workflow.get("ndone").asInt()).isEqualTo(workflow.get("nvertices").asInt());
    Map<String, JsonNode> jobs = new TreeMap<>();
    workflow.get("jobs").forEach(job -> jobs.put(job.get("node").asText(), job));
    for (String edge : edges.split(" ")) {
      if (edge.contains(">")) {
        String[] ends = edge.split(">");
        assertThat(jobs.get(ends[1]).get("ts_sta").asText())
            .as(edge)
            .isGreaterThanOrEqualTo(jobs.get(ends[0]).get("ts_sto").asText());
      }
    }
    assertThat(stack.ok("workflow", "show", uuid).out())
        .contains("finished")
        .contains(jobs.keySet());
  }

  @Test
  @Order(2)
  void cancelling_a_workflow_stops_its_running_job() throws Exception {
    Path file = stack.data.resolve("long.graphml");
    Files.writeString(
        file, GraphMlTemplates.ofEdges(List.of("a>b")).replace("/bin/true", "sleep 600"));
    stack.ok("dag", "add", file.toString());
    String uuid = stack.ok("workflow", "start", "long", "-o", "name").out().strip();
    JsonNode running =
        await()
            .atMost(StackUnderTest.LONG)
            .ignoreExceptions()
            .until(
                () -> stack.get("workflow-service", "/api/v1/workflows/" + uuid).at("/jobs/0"),
                job ->
                    job.path("state").asText().equals("running") && job.path("pid").asLong() > 0);
    stack.ok("workflow", "cancel", uuid);
    stack.awaitWorkflow(uuid, "cancelled");
    await()
        .atMost(StackUnderTest.LONG)
        .until(() -> ProcessHandle.of(running.get("pid").asLong()).isEmpty());
    await()
        .atMost(StackUnderTest.LONG)
        .ignoreExceptions()
        .until(
            () ->
                stack
                    .get("workflow-service", "/api/v1/workflows/" + uuid)
                    .at("/jobs/0/state")
                    .asText()
                    .equals("cancelled"));
  }

  @Test
  @Order(3)
  void a_workflow_of_five_thousand_nodes_finishes() throws Exception {
    List<String> edges = new ArrayList<>();
    for (int chain = 0; chain < 50; chain++) {
      for (int i = 0; i < 98; i++) {
        edges.add(node(chain, i) + ">" + node(chain, i + 1));
      }
      edges.add("START>" + node(chain, 0));
      edges.add(node(chain, 98) + ">END");
      edges.add(node(chain, 50) + ">" + node((chain + 1) % 50, 51));
    }
    Path file = stack.data.resolve("big.graphml");
    Files.writeString(file, GraphMlTemplates.ofEdges(edges));
    stack.ok("dag", "add", file.toString());
    String uuid = stack.ok("workflow", "start", "big", "-o", "name").out().strip();
    JsonNode end =
        await()
            .atMost(Duration.ofMinutes(5))
            .pollInterval(Duration.ofSeconds(1))
            .ignoreExceptions()
            .until(
                () -> stack.get("workflow-service", "/api/v1/workflows?dag=big").at("/items/0"),
                workflow -> !workflow.path("outcome").isNull());
    assertThat(end.get("uuid").asText()).isEqualTo(uuid);
    assertThat(end.get("state").asText()).isEqualTo("finished");
    assertThat(end.get("ndone").asInt()).isEqualTo(4_952);
    try (TopicReader ends = new TopicReader(stack.kafkaServers(), "job-finished")) {
      Map<String, Set<String>> byJob = ends.endsByJob();
      JsonNode jobs = stack.get("workflow-service", "/api/v1/workflows/" + uuid).get("jobs");
      assertThat(jobs)
          .filteredOn(job -> !job.get("payload").asText().isEmpty())
          .hasSize(500)
          .allSatisfy(job -> assertThat(byJob.get(job.get("uuid").asText())).hasSize(1));
    }
  }

  // One node of ten has a payload, the others are noops.
  private static String node(int chain, int i) {
    return (i % 10 == 5 ? "n" : "N") + chain + "_" + i;
  }
}
