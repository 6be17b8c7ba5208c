package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A stack that a test starts and uses as a user does: with the script {@code p3s} and over HTTP.
 */
final class StackUnderTest implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(90);
  static final Map<String, Integer> SERVICES =
      Map.of(
          "monitor-service", 8080,
          "workflow-service", 8081,
          "broker-service", 8082,
          "pilot-service", 8083,
          "data-watcher-service", 8084);
  static final int KAFKA = 19092;
  static final int POSTGRES = 15432;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Exit code and output of a command. */
  record Result(int exit, String out, String err) {
    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + out + err, e);
      }
    }
  }

  final Path home;
  final Path data;
  final int offset;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private StackUnderTest(Path data, int offset) {
    this.home = Path.of("../..").toAbsolutePath().normalize();
    this.data = data.toAbsolutePath();
    this.offset = offset;
  }

  /** Prepares a stack with an empty data directory and free ports; does not start it. */
  static StackUnderTest at(String name) throws IOException {
    Path data = Path.of("target/system", name).toAbsolutePath();
    if (Files.exists(data)) {
      try (var old = Files.walk(data)) {
        for (Path path : old.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(data);
    return new StackUnderTest(data, freeOffset());
  }

  private static int freeOffset() {
    return IntStream.iterate(10_000, o -> o < 40_000, o -> o + 100)
        .filter(o -> isFree(o + KAFKA) && isFree(o + POSTGRES))
        .filter(o -> SERVICES.values().stream().allMatch(port -> isFree(o + port)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs {@code ./p3s ARGS} with the data directory and the ports of this stack. */
  Result p3s(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.resolve("p3s").toString()));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(data, "out", ".txt");
    Path err = Files.createTempFile(data, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("P3S_DATA", data.toString());
    builder.environment().put("P3S_PORT_OFFSET", Integer.toString(offset));
    builder.environment().put("P3S_NO_BUILD", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("p3s " + List.of(args) + " did not end: " + Files.readString(out));
    }
    Result result =
        new Result(
            process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(err, StandardCharsets.UTF_8));
    Files.delete(out);
    Files.delete(err);
    return result;
  }

  /** Like {@link #p3s}; fails unless the exit code is 0. */
  Result ok(String... args) throws IOException, InterruptedException {
    Result result = p3s(args);
    assertThat(result.exit())
        .as("p3s %s%n%s%n%s", List.of(args), result.out(), result.err())
        .isZero();
    return result;
  }

  /** Sends a request as admin. */
  HttpResponse<String> http(String method, String service, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(service, path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token("admin"))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** The JSON of a GET request, which must succeed. */
  JsonNode get(String service, String path) throws IOException, InterruptedException {
    HttpResponse<String> response = http("GET", service, path, "");
    assertThat(response.statusCode()).as("GET %s: %s", path, response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  int statusWithoutToken(String service, String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri(service, path)).GET().build();
    return http.send(request, BodyHandlers.ofString()).statusCode();
  }

  private URI uri(String service, String path) {
    return URI.create("http://127.0.0.1:" + (SERVICES.get(service) + offset) + path);
  }

  String token(String name) throws IOException {
    return Files.readString(data.resolve("secrets/" + name + ".token")).strip();
  }

  /** The process id from the record of the supervisor; much faster than {@code p3s status}. */
  long pid(String process) {
    Path record = data.resolve("run").resolve(process + ".json");
    return await()
        .atMost(LONG)
        .pollDelay(Duration.ZERO)
        .ignoreExceptions()
        .until(() -> JSON.readTree(record.toFile()).get("pid").asLong(), pid -> pid > 0);
  }

  /** Kills a service and waits until the supervisor has started it again and it is ready. */
  void killAndAwaitReplacement(String service) {
    long old = pid(service);
    ProcessHandle.of(old).orElseThrow().destroyForcibly();
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> pid(service) != old && statusWithoutToken(service, "/q/health/ready") == 200);
  }

  /** Waits until the workflow is in one of these states. */
  JsonNode awaitWorkflow(String uuid, String... states) {
    return await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> get("workflow-service", "/api/v1/workflows/" + uuid),
            workflow -> List.of(states).contains(workflow.get("state").asText()));
  }

  String kafkaServers() {
    return "127.0.0.1:" + (KAFKA + offset);
  }

  /** Finds the agent that started a payload. */
  static Optional<ProcessHandle> agentOf(ProcessHandle payload) {
    return payload
        .parent()
        .flatMap(
            parent ->
                parent.info().commandLine().orElse("").contains("p3s-pilot.jar")
                    ? Optional.of(parent)
                    : agentOf(parent));
  }

  /** Stops the stack. */
  @Override
  public void close() throws IOException, InterruptedException {
    p3s("down");
  }
}
