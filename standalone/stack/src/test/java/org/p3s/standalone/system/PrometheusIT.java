package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs Prometheus with the configuration in {@code deploy/prometheus} on a running stack. */
@ExtendWith(SharedStackExtension.class)
class PrometheusIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static StackUnderTest stack;
  private static Process prometheus;
  private static int port;

  @BeforeAll
  static void up(StackUnderTest shared) throws Exception {
    RequiredPrograms.require("prometheus");
    stack = shared;
    new FaultInjector(stack).awaitReady();
    Path config = copyConfig(stack.data.resolve("config"));
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    prometheus =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + stack.data.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(stack.data.resolve("prometheus.log").toFile())
            .start();
    await()
        .atMost(StackUnderTest.LONG)
        .ignoreExceptions()
        .until(() -> query("up == 1").size() == 5);
    // A rate needs a scrape before and one after the jobs, so Prometheus is started first.
    Path jobs = stack.data.resolve("jobs.json");
    Files.writeString(jobs, "{\"payload\": \"/bin/true\"}");
    stack.ok("job", "submit", jobs.toString(), "-N", "20", "--wait");
  }

  @AfterAll
  static void down() throws Exception {
    if (prometheus != null) {
      prometheus.destroy();
      prometheus.waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Copies the configuration and changes ports, token file and scrape interval for this stack. */
  private static Path copyConfig(Path dir) throws IOException {
    Path from = stack.home.resolve("deploy/prometheus");
    Files.createDirectories(dir);
    Files.copy(from.resolve("alarms.yml"), dir.resolve("alarms.yml"));
    String config = Files.readString(from.resolve("prometheus.yml"));
    for (Map.Entry<String, Integer> service : StackUnderTest.SERVICES.entrySet()) {
      assertThat(config).contains("127.0.0.1:" + service.getValue(), service.getKey());
      config =
          config.replace(
              "127.0.0.1:" + service.getValue(),
              "127.0.0.1:" + (service.getValue() + stack.offset));
    }
    return Files.writeString(
        dir.resolve("prometheus.yml"),
        config
            .replace("../../.p3s", stack.data.toString())
            .replace("interval: 5s", "interval: 1s"));
  }

  private static JsonNode query(String expression) throws IOException, InterruptedException {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query=" + query);
    String body = HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    return JSON.readTree(body).at("/data/result");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dispatch_latency", "start_latency", "job_life"})
  void the_p99_of_each_latency_is_recorded(String part) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> query("p3s:" + part + "_seconds:p99").at("/0/value/1").asDouble(Double.NaN) > 0);
  }

  @Test
  void no_alarm_fires_on_a_healthy_stack() throws Exception {
    assertThat(query("ALERTS{alertstate=\"firing\"}")).isEmpty();
  }

  @Test
  void promtool_accepts_the_configuration() throws Exception {
    RequiredPrograms.require("promtool");
    Path config = stack.data.resolve("config/prometheus.yml");
    File out = stack.data.resolve("promtool.txt").toFile();
    Process check =
        new ProcessBuilder("promtool", "check", "config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(out)
            .start();
    assertThat(check.waitFor()).as(Files.readString(out.toPath())).isZero();
  }
}
