package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The whole system, started as a user does. The tests run in order on one stack; those with faults
 * come last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SystemIT {

  private static StackUnderTest stack;
  private static WatchedInbox inbox;

  @BeforeAll
  static void up() throws Exception {
    stack = StackUnderTest.at("stack");
    inbox = new WatchedInbox(stack);
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
  void every_service_is_ready_has_metrics_and_openapi_and_needs_a_token() throws Exception {
    for (String service : StackUnderTest.SERVICES.keySet()) {
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
  void a_file_is_processed_from_arrival_to_result() throws Exception {
    inbox.addDag("copy", "sleep 0.2; tr a-z A-Z < $INPUT > $OUTPUT; echo copied $INPUT");
    inbox.addWatch("copies", "copy", "*.txt");
    Path file = inbox.drop("hello.txt", "hello\n");
    JsonNode workflow = inbox.awaitWorkflowOf(file, "finished");

    assertThat(Files.readString(inbox.outputs.resolve("hello.txt"))).isEqualTo("HELLO\n");
    String job = WatchedInbox.jobOf(workflow, "work").get("uuid").asText();
    assertThat(stack.ok("job", "log", job).out()).contains("copied " + file);
    await()
        .atMost(StackUnderTest.LONG)
        .untilAsserted(
            () -> {
              String page = stack.http("GET", "monitor-service", "/", "").body();
              assertThat(page).contains(workflow.get("name").asText()).contains("finished");
            });
    await()
        .atMost(StackUnderTest.LONG)
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
  void templates_of_the_previous_system_run_with_an_input_file() throws Exception {
    PreviousSystemInputs previous = new PreviousSystemInputs(stack, inbox.outputs);
    assumeTrue(
        previous.exist(), "the input files of the previous system are not beside the project");
    Path input = Files.writeString(stack.data.resolve("input.txt"), "TEST1\nTEST2\nTEST2\nno\n");
    previous.run("1filter/1filter.graphml", "1filter/fileinfo_1filter.json", input);
    assertThat(Files.readString(inbox.outputs.resolve("output.txt"))).isEqualTo("3\n");
    Files.writeString(input, "TEST1\nTEST2\nTEST2\nTEST3\n");
    previous.run("3filters/3filters.graphml", "3filters/fileinfo_3filters.json", input);
    assertThat(Files.readString(inbox.outputs.resolve("output1.txt"))).isEqualTo("1\n");
    assertThat(Files.readString(inbox.outputs.resolve("output2.txt"))).isEqualTo("2\n");
    assertThat(Files.readString(inbox.outputs.resolve("output3.txt"))).isEqualTo("1\n");
  }

  @Test
  @Order(5)
  void the_error_of_a_bad_input_is_one_line_that_names_the_place() throws Exception {
    Path cyclic = stack.data.resolve("cyclic.graphml");
    Files.writeString(
        cyclic,
        GraphMlTemplates.oneJob("true", ".")
            .replace(
                "<edge source=\"work\" target=\"END\">",
                "<edge source=\"work\" target=\"INBOX\">"));
    assertRefused("cycle", "dag", "add", cyclic.toString(), "--name", "cyclic");
    Path malformed = Files.writeString(stack.data.resolve("bad.graphml"), "<graphml>\n<graph>");
    assertRefused("line", "dag", "add", malformed.toString(), "--name", "bad");
    Path job =
        Files.writeString(
            stack.data.resolve("job.json"),
            "[{\"name\":\"x\",\"jobtype\":\"t\",\"payload\":\"true\",\"priority\":\"high\"}]");
    assertRefused("/0/priority", "job", "submit", job.toString());
    Path watch =
        Files.writeString(
            stack.data.resolve("w.json"),
            "{\"name\":\"nowhere\",\"path\":\"/no/such/place\",\"pattern\":\"*\",\"dags\":[\"copy\"]}");
    assertRefused("/no/such/place", "watch", "add", watch.toString());
    assertThat(
            stack
                .http("POST", "workflow-service", "/api/v1/jobs", "x".repeat(13 << 20))
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  @Order(6)
  void a_payload_that_cannot_start_has_a_reason() throws Exception {
    Path jobs = stack.data.resolve("nonstarter.json");
    Files.writeString(
        jobs,
        "[{\"name\":\"missing\",\"jobtype\":\"t\",\"payload\":\"/no/such/program\"},"
            + "{\"name\":\"noexec\",\"jobtype\":\"t\",\"payload\":\""
            + jobs
            + "\"}]");
    StackUnderTest.Result result =
        stack.p3s("job", "submit", jobs.toString(), "--wait", "-o", "json");
    assertThat(result.exit()).isEqualTo(1);
    await()
        .atMost(StackUnderTest.LONG)
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
  void up_names_a_port_that_is_in_use() throws Exception {
    StackUnderTest other = StackUnderTest.at("ports");
    try (ServerSocket taken =
        new ServerSocket(8081 + other.offset, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      StackUnderTest.Result result = other.p3s("up");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err() + result.out())
          .contains(Integer.toString(taken.getLocalPort()))
          .contains("workflow-service");
    }
  }

  @Test
  @Order(8)
  void the_job_of_a_killed_pilot_ends_as_pilot_timeout() throws Exception {
    inbox.addDag("slow", "touch $OUTPUT.started; sleep 30");
    inbox.addWatch("slows", "slow", "*.slow");
    Path file = inbox.drop("a.slow", "x");
    String wfuuid = inbox.awaitWorkflowOf(file);
    JsonNode running =
        await()
            .atMost(StackUnderTest.LONG)
            .ignoreExceptions()
            .until(
                () ->
                    WatchedInbox.jobOf(
                        stack.get("workflow-service", "/api/v1/workflows/" + wfuuid), "work"),
                job -> job.get("state").asText().equals("running"));
    long payload = running.get("pid").asLong();
    long pilot = ProcessHandle.of(payload).flatMap(StackUnderTest::agentOf).orElseThrow().pid();
    ProcessHandle.of(pilot).orElseThrow().destroyForcibly();

    JsonNode workflow = stack.awaitWorkflow(wfuuid, "failed");
    assertThat(WatchedInbox.jobOf(workflow, "work").get("state").asText())
        .isEqualTo("pilot-timeout");
    // The payload of a killed pilot must not go on.
    await().atMost(StackUnderTest.LONG).until(() -> ProcessHandle.of(payload).isEmpty());
  }

  @Test
  @Order(9)
  void files_that_arrive_while_services_restart_are_all_processed() throws Exception {
    for (String service : StackUnderTest.SERVICES.keySet()) {
      Path file = inbox.drop("restart-" + service + ".txt", service);
      stack.killAndAwaitReplacement(service);
      inbox.awaitWorkflowOf(file, "finished");
    }
  }

  @Test
  @Order(10)
  void no_file_is_lost_when_kafka_is_killed() throws Exception {
    long kafka = stack.pid("kafka");
    Path before = inbox.drop("before-outage.txt", "b");
    ProcessHandle.of(kafka).orElseThrow().destroyForcibly();
    Path during = inbox.drop("during-outage.txt", "d");
    inbox.awaitWorkflowOf(before, "finished");
    inbox.awaitWorkflowOf(during, "finished");
  }

  @Test
  @Order(11)
  void an_event_that_is_delivered_twice_has_one_effect() throws Exception {
    Path file = inbox.drop("twice.txt", "t");
    JsonNode workflow = inbox.awaitWorkflowOf(file, "finished");
    String uuid = workflow.get("uuid").asText();
    for (String topic : Set.of("file-arrived", "job-defined", "job-finished")) {
      try (TopicReader events = new TopicReader(stack.kafkaServers(), topic)) {
        for (ConsumerRecord<String, String> record : events.all()) {
          if (record.value().contains(uuid) || record.value().contains(file.toString())) {
            events.sendAgain(record);
          }
        }
      }
    }
    Path next = inbox.drop("after-twice.txt", "n");
    inbox.awaitWorkflowOf(next, "finished");
    assertThat(inbox.workflowsOf(file)).hasSize(1);
    assertThat(stack.awaitWorkflow(uuid, "finished").get("ndone").asInt()).isEqualTo(3);
  }

  @Test
  @Order(12)
  void after_a_killed_supervisor_up_takes_over_the_running_processes() throws Exception {
    long supervisor = stack.ok("status", "-o", "json").json().get("supervisor").asLong();
    long broker = stack.pid("broker-service");
    ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();
    await().atMost(StackUnderTest.LONG).until(() -> ProcessHandle.of(supervisor).isEmpty());
    stack.ok("up");
    assertThat(stack.pid("broker-service")).isEqualTo(broker);
    inbox.awaitWorkflowOf(inbox.drop("after-takeover.txt", "t"), "finished");
  }

  @Test
  @Order(99)
  void every_job_of_these_tests_ended_exactly_once() throws Exception {
    try (TopicReader ends = new TopicReader(stack.kafkaServers(), "job-finished");
        TopicReader definitions = new TopicReader(stack.kafkaServers(), "job-defined")) {
      Map<String, Set<String>> byJob = ends.endsByJob();
      assertThat(byJob.values()).allSatisfy(jobEnds -> assertThat(jobEnds).hasSize(1));
      assertThat(byJob.keySet()).isEqualTo(definitions.jobsOf("job-defined.v1"));
    }
  }

  private static void assertRefused(String place, String... command) throws Exception {
    StackUnderTest.Result result = stack.p3s(command);
    assertThat(result.exit()).as("%s", result).isEqualTo(1);
    assertThat(result.err()).contains(place);
    assertThat(result.err().strip().lines()).hasSize(1);
  }
}
