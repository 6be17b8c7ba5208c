package org.p3s.broker;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.p3s.contracts.JsonCodec;

/** The built service as a separate process, with an HTTP client for it. */
final class BrokerProcess implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(60);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path secrets;
  private final String base;
  final Process process;

  private BrokerProcess(Path secrets, String base, Process process) {
    this.secrets = secrets;
    this.base = base;
    this.process = process;
  }

  /** Starts the process; {@link #awaitReady} waits until it answers. */
  static BrokerProcess start(Map<String, String> settings, String name) throws IOException {
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    Map<String, String> all = new HashMap<>(settings);
    all.put("quarkus.http.port", Integer.toString(port));
    all.forEach(
        (key, value) ->
            builder.environment().put(key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", name + ".log").toFile())
            .start();
    Path secrets = Path.of(settings.getOrDefault("p3s.security.dir", ""));
    return new BrokerProcess(secrets, "http://127.0.0.1:" + port, process);
  }

  BrokerProcess awaitReady() {
    await().atMost(LONG).ignoreExceptions().until(() -> status("/q/health/ready", "") == 200);
    return this;
  }

  record Answer(int status, JsonNode body) {
    UUID job() {
      return UUID.fromString(body.path("job").asText());
    }
  }

  int status(String path, String token) throws IOException, InterruptedException {
    return HTTP.send(request(path, token).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = request(path, viewer()).build();
    return JsonCodec.mapper()
        .readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  CompletableFuture<Answer> send(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(answer -> new Answer(answer.statusCode(), json(answer.body())));
  }

  CompletableFuture<Answer> post(String path, String token, Map<String, Object> body) {
    try {
      String json = JsonCodec.apiMapper().writeValueAsString(body);
      return send(
          request(path, token)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(json)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines of a stream of server-sent events. */
  CompletableFuture<Stream<String>> events(String path) throws IOException {
    return HTTP.sendAsync(
            request(path, viewer()).header("Accept", "text/event-stream").build(),
            HttpResponse.BodyHandlers.ofLines())
        .thenApply(HttpResponse::body);
  }

  /** A request; with an empty token it has no authorization header. */
  HttpRequest.Builder request(String path, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  /** The number of polls that wait here. */
  int pendingPolls() throws IOException, InterruptedException {
    return get("/api/v1/summary").path("parked").asInt();
  }

  private String viewer() throws IOException {
    return Files.readString(secrets.resolve("viewer.token")).strip();
  }

  private static JsonNode json(String body) {
    try {
      return JsonCodec.mapper().readTree(body.isEmpty() ? "null" : body);
    } catch (IOException e) {
      throw new IllegalStateException(body, e);
    }
  }

  /** A token like those that the pilot service issues. */
  static String pilotToken(Map<String, String> settings, UUID pilot, String site) throws Exception {
    Path file = Path.of(settings.getOrDefault("p3s.security.dir", ""), "signing.key");
    byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
    String head = base64("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));
    long expires = System.currentTimeMillis() / 1000 + 3600;
    String claims =
        base64(
            "{\"iss\":\"p3s\",\"sub\":\"%s\",\"site\":\"%s\",\"slots\":1,\"exp\":%d}"
                .formatted(pilot, site, expires)
                .getBytes(StandardCharsets.UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] signature = mac.doFinal((head + "." + claims).getBytes(StandardCharsets.UTF_8));
    return head + "." + claims + "." + base64(signature);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS);
  }
}
