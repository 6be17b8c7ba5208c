package org.p3s.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.PilotHeartbeatBuilder;
import org.p3s.pilotidentity.PilotTokens;

/**
 * Pilots that use real HTTP. Each test has a site of its own, so that it does not take the jobs of
 * other tests.
 */
final class TestPilots {

  private static final ObjectMapper MAPPER = JsonCodec.apiMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final PilotTokens tokens;
  final String site = "site-" + UUID.randomUUID();

  TestPilots(PilotTokens tokens) {
    this.tokens = tokens;
  }

  Pilot pilot() {
    UUID uuid = Ids.next();
    return new Pilot(uuid, tokens.issue(uuid, site, 1_000, Duration.ofHours(1)).token());
  }

  /** The heartbeat by which the pilot service says that a pilot ended. */
  PilotHeartbeat end(Pilot pilot, String state, String status) {
    return PilotHeartbeatBuilder.builder()
        .pilot(pilot.uuid())
        .kind(PilotHeartbeat.Kind.END)
        .site(site)
        .host("h")
        .pid(1)
        .state(state)
        .status(status)
        .slots(1)
        .tsReg(JobDefinitions.now())
        .at(JobDefinitions.now())
        .build();
  }

  /** The token of a role, from the directory for secrets of this test. */
  static String token(String role) throws IOException {
    String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
    return Files.readString(Path.of(dir, role + ".token")).strip();
  }

  static String base() {
    return "http://127.0.0.1:"
        + ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class)
        + "/api/v1";
  }

  record Answer(int status, JsonNode body) {
    long lease() {
      return body.path("lease").longValue();
    }

    UUID job() {
      return UUID.fromString(body.path("job").textValue());
    }

    String problem() {
      return body.path("type").asText();
    }
  }

  /** A pilot of which each method is one request to the broker. */
  record Pilot(UUID uuid, String token) {

    /** Sends a long poll. */
    CompletableFuture<Answer> requestJob(String wait, UUID request, Map<String, Object> more) {
      Map<String, Object> body = new HashMap<>(more);
      body.put("request", request);
      return post("/pilots/" + uuid + "/next?wait=" + wait, body);
    }

    CompletableFuture<Answer> requestJob(String wait) {
      return requestJob(wait, UUID.randomUUID(), Map.of());
    }

    /** Waits for a job. */
    Answer awaitJob() {
      return now(requestJob("20s"));
    }

    Answer reportStart(Answer job) {
      return now(
          post(
              "/leases/" + job.job() + "/start",
              Map.of(
                  "lease", job.lease(), "pilot", uuid, "pid", 42, "host", "h", "workdir", "/w")));
    }

    Answer reportFinish(Answer job, Map<String, Object> more) {
      Map<String, Object> body = new HashMap<>();
      body.put("lease", job.lease());
      body.put("pilot", uuid);
      body.put("state", "finished");
      body.put("errcode", 0);
      body.putAll(more);
      return now(post("/leases/" + job.job() + "/finish", body));
    }

    /** Asks about the lease without waiting. */
    Answer checkLease(Answer job) {
      return now(pollLease(job, "0s"));
    }

    CompletableFuture<Answer> pollLease(Answer job, String wait) {
      String query = "?lease=" + job.lease() + "&wait=" + wait;
      return send(
          HttpRequest.newBuilder(URI.create(base() + "/leases/" + job.job() + query))
              .header("Authorization", "Bearer " + token)
              .GET()
              .build());
    }

    CompletableFuture<Answer> post(String path, Map<String, Object> body) {
      try {
        return send(
            HttpRequest.newBuilder(URI.create(base() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
                .build());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Answer get(String path, String token) {
    return now(
        send(
            HttpRequest.newBuilder(URI.create(base() + path))
                .header("Authorization", "Bearer " + token)
                .GET()
                .build()));
  }

  static String text(String path, String token) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(URI.create(base().replace("/api/v1", path)))
                  .header("Authorization", "Bearer " + token)
                  .GET()
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Answer put(String path, String token, String body) {
    return now(
        send(
            HttpRequest.newBuilder(URI.create(base() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build()));
  }

  private static CompletableFuture<Answer> send(HttpRequest request) {
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(
            answer -> {
              try {
                return new Answer(answer.statusCode(), MAPPER.readTree(answer.body()));
              } catch (IOException e) {
                throw new IllegalStateException(answer.body(), e);
              }
            });
  }

  static Answer now(CompletableFuture<Answer> answer) {
    try {
      return answer.get(40, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
