package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Everything, started as a user does. The faults come after the fair weather, on the same stack.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SystemIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path OLD_SYSTEM = Path.of("../../../shared/data/p3s/inputs");

  private static Stack stack;
  private static Path inbox;
  private static Path outputs;

  @BeforeAll
  static void up() throws Exception {
    stack = Stack.at("stack");
    inbox = Files.createDirectories(stack.data.resolve("inbox"));
    outputs = Files.createDirectories(stack.data.resolve("outputs"));
    stack.ok("up");
  }

  @AfterAll
  static void down() throws Exception {
    stack.close();
  }

  @Test
  @Order(1)
  void a_second_up_says_that_it_runs() throws Exception {
    assertThat(stack.ok("up").out()).containsIgnoringCase("running");
  }

  @Test
  @Order(2)
  void every_service_is_ready_measured_documented_and_closed_to_strangers() throws Exception {
    for (String service : Stack.SERVICES.keySet()) {
      assertThat(stack.get(service, "/q/health/ready").get("status").asText()).isEqualTo("UP");
      assertThat(stack.http("GET", service, "/q/metrics", "").body())
          .as("%s", service)
          .contains("p3s_outbox_sent_total");
      assertThat(stack.http("GET", service, "/q/openapi?format=json", "").statusCode())
          .isEqualTo(200);
      assertThat(stack.statusWithoutToken(service, "/q/health/ready")).isEqualTo(200);
      for (String path : Set.of("/q/metrics", "/q/openapi", "/api/v1/jobs", "/")) {
        assertThat(stack.statusWithoutToken(service, path))
            .as("%s %s", service, path)
            .isEqualTo(401);
      }
    }
    assertThat(stack.get("broker-service", "/q/openapi?format=json").get("paths").fieldNames())
        .toIterable()
        .contains("/api/v1/pilots/{pilot}/next", "/api/v1/leases/{job}/finish");
  }

  @Test
  @Order(3)
  void a_file_goes_all_the_way() throws Exception {
    addDag("copy", "sleep 0.2; tr a-z A-Z < $INPUT > $OUTPUT; echo copied $INPUT");
    addWatch("copies", "copy", "*.txt");
    Path file = drop("hello.txt", "hello\n");
    JsonNode workflow = awaitWorkflowOf(file, "finished");

    assertThat(Files.readString(outputs.resolve("hello.txt"))).isEqualTo("HELLO\n");
    String job = job(workflow, "work").get("uuid").asText();
    assertThat(stack.ok("job", "log", job).out()).contains("copied " + file);
    await()
        .atMost(Stack.LONG)
        .untilAsserted(
            () -> {
              String page = stack.http("GET", "monitor-service", "/", "").body();
              assertThat(page).contains(workflow.get("name").asText()).contains("finished");
            });
    await()
        .atMost(Stack.LONG)
        .untilAsserted(
            () ->
                assertThat(
                        stack
                            .get("data-watcher-service", "/api/v1/files?watch=copies")
                            .at("/items/0/state")
                            .asText())
                    .isEqualTo("processed"));
  }

  @Test
  @Order(4)
  void the_templates_of_the_old_system_run_with_a_real_input_file() throws Exception {
    assumeTrue(Files.isDirectory(OLD_SYSTEM), "no input of the old system beside the project");
    Path input = Files.writeString(stack.data.resolve("input.txt"), "TEST1\nTEST2\nTEST2\nno\n");
    runOld("1filter/1filter.graphml", "1filter/fileinfo_1filter.json", input);
    assertThat(Files.readString(outputs.resolve("output.txt"))).isEqualTo("3\n");
    runOld("3filters/3filters.graphml", "3filters/fileinfo_3filters.json", withThree(input));
    assertThat(Files.readString(outputs.resolve("output1.txt"))).isEqualTo("1\n");
    assertThat(Files.readString(outputs.resolve("output2.txt"))).isEqualTo("2\n");
    assertThat(Files.readString(outputs.resolve("output3.txt"))).isEqualTo("1\n");
  }

  private static Path withThree(Path input) throws IOException {
    return Files.writeString(input, "TEST1\nTEST2\nTEST2\nTEST3\n");
  }

  private static void runOld(String graph, String fileInfo, Path input) throws Exception {
    stack.ok("dag", "add", OLD_SYSTEM.resolve(graph).toAbsolutePath().toString(), "--replace");
    ObjectNode info = (ObjectNode) JSON.readTree(OLD_SYSTEM.resolve(fileInfo).toFile());
    for (Map.Entry<String, JsonNode> edge : info.properties()) {
      ObjectNode file = (ObjectNode) edge.getValue();
      boolean source = edge.getKey().startsWith("NOOP1:");
      if (source) {
        file.put("name", input.getFileName().toString());
      }
      file.put("dirpath", (source ? input.getParent() : outputs).toString());
    }
    Path files = stack.data.resolve("fileinfo.json");
    JSON.writeValue(files.toFile(), info);
    String dag = Path.of(graph).getFileName().toString().replace(".graphml", "");
    stack.ok("workflow", "start", dag, "--files", files.toString(), "--wait");
  }

  @Test
  @Order(5)
  void bad_input_is_answered_with_one_line_that_names_the_place() throws Exception {
    Path cyclic = stack.data.resolve("cyclic.graphml");
    Files.writeString(
        cyclic,
        Dags.oneJob("true", ".")
            .replace(
                "<edge source=\"work\" target=\"END\">",
                "<edge source=\"work\" target=\"INBOX\">"));
    refused("cycle", "dag", "add", cyclic.toString(), "--name", "cyclic");
    Path malformed = Files.writeString(stack.data.resolve("bad.graphml"), "<graphml>\n<graph>");
    refused("line", "dag", "add", malformed.toString(), "--name", "bad");
    Path job =
        Files.writeString(
            stack.data.resolve("job.json"),
            "[{\"name\":\"x\",\"jobtype\":\"t\",\"payload\":\"true\",\"priority\":\"high\"}]");
    refused("/0/priority", "job", "submit", job.toString());
    Path watch =
        Files.writeString(
            stack.data.resolve("w.json"),
            "{\"name\":\"nowhere\",\"path\":\"/no/such/place\",\"pattern\":\"*\",\"dags\":[\"copy\"]}");
    refused("/no/such/place", "watch", "add", watch.toString());
    assertThat(
            stack
                .http("POST", "workflow-service", "/api/v1/jobs", "x".repeat(13 << 20))
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  @Order(6)
  void a_payload_that_cannot_start_says_why() throws Exception {
    Path jobs = stack.data.resolve("nonstarter.json");
    Files.writeString(
        jobs,
        "[{\"name\":\"gone\",\"jobtype\":\"t\",\"payload\":\"/no/such/program\"},"
            + "{\"name\":\"noexec\",\"jobtype\":\"t\",\"payload\":\""
            + jobs
            + "\"}]");
    Stack.Result result = stack.p3s("job", "submit", jobs.toString(), "--wait", "-o", "json");
    assertThat(result.exit()).isEqualTo(1);
    await()
        .atMost(Stack.LONG)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              JsonNode items = stack.get("monitor-service", "/api/v1/jobs?jobtype=t").get("items");
              assertThat(items).hasSize(2);
              for (JsonNode job : items) {
                assertThat(job.get("state").asText()).isEqualTo("nonstarter");
                assertThat(job.get("reason").asText()).contains(job.get("payload").asText());
              }
            });
  }

  @Test
  @Order(7)
  void a_port_in_use_is_named() throws Exception {
    Stack other = Stack.at("ports");
    try (ServerSocket taken =
        new ServerSocket(8081 + other.offset, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      Stack.Result result = other.p3s("up");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err() + result.out())
          .contains(Integer.toString(taken.getLocalPort()))
          .contains("workflow-service");
    }
  }

  @Test
  @Order(8)
  void a_killed_pilot_loses_its_job_and_nothing_else() throws Exception {
    addDag("slow", "touch $OUTPUT.started; sleep 30");
    addWatch("slows", "slow", "*.slow");
    Path file = drop("a.slow", "x");
    String wfuuid = workflowOf(file);
    JsonNode running =
        await()
            .atMost(Stack.LONG)
            .ignoreExceptions()
            .until(
                () -> job(stack.get("workflow-service", "/api/v1/workflows/" + wfuuid), "work"),
                job -> job.get("state").asText().equals("running"));
    long payload = running.get("pid").asLong();
    long pilot = ProcessHandle.of(payload).flatMap(Stack.Parents::pilotOf).orElseThrow().pid();
    ProcessHandle.of(pilot).orElseThrow().destroyForcibly();

    JsonNode workflow = stack.awaitWorkflow(wfuuid, "failed");
    assertThat(job(workflow, "work").get("state").asText()).isEqualTo("pilot-timeout");
    // The payload of a dead pilot does not run on.
    await().atMost(Stack.LONG).until(() -> ProcessHandle.of(payload).isEmpty());
  }

  @Test
  @Order(9)
  void files_that_arrive_while_services_restart_are_all_processed() throws Exception {
    for (String service : Stack.SERVICES.keySet()) {
      Path file = drop("restart-" + service + ".txt", service);
      stack.killAndAwaitReplacement(service);
      awaitWorkflowOf(file, "finished");
    }
  }

  @Test
  @Order(10)
  void a_kafka_outage_delays_and_loses_nothing() throws Exception {
    long kafka = stack.pid("kafka");
    Path before = drop("before-outage.txt", "b");
    ProcessHandle.of(kafka).orElseThrow().destroyForcibly();
    Path during = drop("during-outage.txt", "d");
    awaitWorkflowOf(before, "finished");
    awaitWorkflowOf(during, "finished");
  }

  @Test
  @Order(11)
  void an_event_that_comes_twice_counts_once() throws Exception {
    Path file = drop("twice.txt", "t");
    JsonNode workflow = awaitWorkflowOf(file, "finished");
    String uuid = workflow.get("uuid").asText();
    for (String topic : Set.of("file-arrived", "job-defined", "job-finished")) {
      try (JobEnds events = new JobEnds(stack.kafkaServers(), topic)) {
        for (ConsumerRecord<String, String> record : events.all()) {
          if (record.value().contains(uuid) || record.value().contains(file.toString())) {
            events.sendAgain(record);
          }
        }
      }
    }
    Path next = drop("after-twice.txt", "n");
    awaitWorkflowOf(next, "finished");
    assertThat(workflowsOf(file)).hasSize(1);
    assertThat(stack.awaitWorkflow(uuid, "finished").get("ndone").asInt()).isEqualTo(3);
  }

  @Test
  @Order(12)
  void a_killed_launcher_leaves_nothing_that_the_next_up_cannot_take_over() throws Exception {
    long supervisor = stack.ok("status", "-o", "json").json().get("supervisor").asLong();
    long broker = stack.pid("broker-service");
    ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();
    await().atMost(Stack.LONG).until(() -> ProcessHandle.of(supervisor).isEmpty());
    stack.ok("up");
    assertThat(stack.pid("broker-service")).isEqualTo(broker);
    awaitWorkflowOf(drop("after-takeover.txt", "t"), "finished");
  }

  @Test
  @Order(99)
  void every_job_of_all_this_ended_exactly_once() throws Exception {
    try (JobEnds ends = new JobEnds(stack.kafkaServers(), "job-finished");
        JobEnds definitions = new JobEnds(stack.kafkaServers(), "job-defined")) {
      Map<String, Set<String>> byJob = ends.endsByJob();
      assertThat(byJob.values()).allSatisfy(told -> assertThat(told).hasSize(1));
      Set<String> defined =
          definitions.all().stream()
              .filter(
                  r ->
                      new String(r.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8)
                          .equals("job-defined.v1"))
              .map(
                  r -> {
                    try {
                      return JSON.readTree(r.value()).get("job").asText();
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  })
              .collect(Collectors.toSet());
      assertThat(byJob.keySet()).isEqualTo(defined);
    }
  }

  private static void refused(String place, String... command) throws Exception {
    Stack.Result result = stack.p3s(command);
    assertThat(result.exit()).as("%s", result).isEqualTo(1);
    assertThat(result.err()).contains(place);
    assertThat(result.err().strip().lines()).hasSize(1);
  }

  private static void addDag(String name, String command) throws Exception {
    Path file =
        Files.writeString(
            stack.data.resolve(name + ".graphml"), Dags.oneJob(command, outputs.toString()));
    stack.ok("dag", "add", file.toString(), "--name", name, "--replace");
  }

  private static void addWatch(String name, String dag, String pattern) throws Exception {
    ObjectNode watch = JSON.createObjectNode();
    watch.put("name", name).put("path", inbox.toString()).put("pattern", pattern);
    watch.put("quiet_period", "PT0S").putArray("dags").add(dag);
    Path file = stack.data.resolve(name + ".json");
    JSON.writeValue(file.toFile(), watch);
    stack.ok("watch", "add", file.toString());
  }

  private static Path drop(String name, String content) throws IOException {
    Path whole = Files.writeString(stack.data.resolve(name), content);
    return Files.move(whole, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static JsonNode awaitWorkflowOf(Path file, String state) {
    return stack.awaitWorkflow(workflowOf(file), state);
  }

  private static String workflowOf(Path file) {
    return await()
        .atMost(Stack.LONG)
        .ignoreExceptions()
        .until(() -> workflowsOf(file), list -> !list.isEmpty())
        .get(0)
        .asText();
  }

  private static JsonNode workflowsOf(Path file) throws Exception {
    for (JsonNode node :
        stack.get("data-watcher-service", "/api/v1/files?limit=1000").get("items")) {
      if (node.get("path").asText().equals(file.toString())) {
        return node.get("workflows");
      }
    }
    return JSON.createArrayNode();
  }

  private static JsonNode job(JsonNode workflow, String node) {
    for (JsonNode job : workflow.get("jobs")) {
      if (node.equals(job.get("node").asText())) {
        return job;
      }
    }
    throw new AssertionError("no job of node " + node + " in " + workflow);
  }
}
