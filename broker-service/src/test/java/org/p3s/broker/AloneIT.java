package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The built service as a process of its own. */
class AloneIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void it_starts_by_java_and_a_stop_does_not_wait_for_polls() throws Exception {
    KafkaAndPostgres resources = new KafkaAndPostgres();
    resources.init(Map.of("service", "broker"));
    Map<String, String> settings = resources.start();
    int port = freePort();
    Process process = start(settings, port);
    try {
      String base = "http://127.0.0.1:" + port;
      await().atMost(LONG).ignoreExceptions().until(() -> ready(base));
      assertThat(get(base + "/api/v1/summary", "")).isEqualTo(401);
      String site = "alone";
      UUID pilot = UUID.randomUUID();
      String token = pilotToken(settings, pilot, site);
      CompletableFuture<HttpResponse<String>> poll =
          http.sendAsync(
              HttpRequest.newBuilder(
                      URI.create(base + "/api/v1/pilots/" + pilot + "/next?wait=60s"))
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"request\": \"" + UUID.randomUUID() + "\"}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      await().atMost(LONG).until(() -> parked(base, settings) == 1);
      process.destroy();
      assertThat(poll.get(LONG.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(204);
      assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).as("stopped").isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Map<String, String> settings, int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    settings.forEach(
        (key, value) ->
            builder
                .environment()
                .put(key.toUpperCase(java.util.Locale.ROOT).replace('.', '_'), value));
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(Path.of("target", "alone.log").toFile())
        .start();
  }

  private int get(String url, String token) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).header("Authorization", bearer(token)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private boolean ready(String base) throws Exception {
    return http.send(
                HttpRequest.newBuilder(URI.create(base + "/q/health/ready")).build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode()
        == 200;
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  private int parked(String base, Map<String, String> settings) throws Exception {
    String token =
        Files.readString(Path.of(settings.get("p3s.security.dir"), "viewer.token")).strip();
    String body =
        http.send(
                HttpRequest.newBuilder(URI.create(base + "/api/v1/summary"))
                    .header("Authorization", bearer(token))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return org.p3s.contracts.Json.mapper().readTree(body).path("parked").asInt();
  }

  private static String pilotToken(Map<String, String> settings, UUID pilot, String site)
      throws Exception {
    byte[] key =
        java.util.HexFormat.of()
            .parseHex(
                Files.readString(Path.of(settings.get("p3s.security.dir"), "signing.key")).strip());
    var base64 = java.util.Base64.getUrlEncoder().withoutPadding();
    String head = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes());
    long expires = System.currentTimeMillis() / 1000 + 3600;
    String claims =
        base64.encodeToString(
            "{\"iss\":\"p3s\",\"sub\":\"%s\",\"site\":\"%s\",\"exp\":%d}"
                .formatted(pilot, site, expires)
                .getBytes());
    javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
    return head
        + "."
        + claims
        + "."
        + base64.encodeToString(mac.doFinal((head + "." + claims).getBytes()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
