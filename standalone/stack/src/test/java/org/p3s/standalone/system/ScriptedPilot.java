package org.p3s.standalone.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.p3s.contracts.JobEnd;
import org.p3s.standalone.system.history.ClientObservations;

/**
 * A pilot whose steps are called by a test. It uses the API as a real one does: it repeats a poll
 * with the same request id, and repeats reports until they are accepted or refused. Heartbeats are
 * sent by a thread.
 */
final class ScriptedPilot implements AutoCloseable {

  /** A job that the pilot holds a lease of. */
  record LeasedJob(UUID job, long lease, int attempt, String payload) {
    static LeasedJob of(JsonNode body) {
      return new LeasedJob(
          UUID.fromString(body.get("job").asText()),
          body.get("lease").asLong(),
          body.get("attempt").asInt(),
          body.path("payload").asText());
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long PAUSE_MILLIS = 200;
  private static final long MAX_PAUSE_MILLIS = 2_000;

  final UUID uuid = UUID.randomUUID();
  private final TestHttpClient http;
  private final ClientObservations observations;
  private final String site;
  private final String joinToken;
  private volatile String token = "";
  private volatile boolean dead;
  private volatile boolean lost;
  private volatile LeasedJob held;
  private volatile String state = "no-jobs";

  ScriptedPilot(StackUnderTest stack, ClientObservations observations, String site)
      throws java.io.IOException {
    this.http = new TestHttpClient(stack);
    this.observations = observations;
    this.site = site;
    this.joinToken = stack.token("join");
    observations.pilotReportsHere(uuid);
  }

  /** Registers, and sends heartbeats from then on. */
  ScriptedPilot register() {
    Map<String, Object> who =
        Map.of("uuid", uuid, "site", site, "host", "scripted", "pid", 1, "slots", 1);
    TestHttpClient.Reply reply =
        repeat(() -> http.call("POST", "pilot-service", "/api/v1/pilots", joinToken, who));
    if (!reply.ok()) {
      throw new IllegalStateException("not registered: " + reply);
    }
    token = reply.body().get("token").asText();
    long beat = reply.body().get("beat_s").asLong() * 1_000;
    Thread heartbeats = new Thread(() -> sendHeartbeats(beat), "heartbeats " + uuid);
    heartbeats.setDaemon(true);
    heartbeats.start();
    return this;
  }

  private void sendHeartbeats(long millis) {
    try {
      while (!dead && !lost) {
        LeasedJob job = held;
        Map<String, Object> body = new HashMap<>();
        body.put("state", state);
        body.put(
            "jobs",
            job == null
                ? java.util.List.of()
                : java.util.List.of(Map.of("job", job.job(), "lease", job.lease())));
        TestHttpClient.Reply reply =
            http.send(
                    "POST",
                    "pilot-service",
                    "/api/v1/pilots/" + uuid + "/beat",
                    TestHttpClient.bearer(token),
                    body,
                    Duration.ofMillis(Math.max(millis, 1_000)))
                .join();
        lost |= reply.status() == 410;
        // As a real one, it repeats a failed heartbeat soon.
        Thread.sleep(reply.ok() ? millis : Math.min(millis, 300));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** True if a service answered that it has ended this pilot. */
  boolean lost() {
    return lost;
  }

  /** Sends one long poll. */
  CompletableFuture<TestHttpClient.Reply> poll(UUID request, Duration wait) {
    return http.send(
        "POST",
        "broker-service",
        "/api/v1/pilots/" + uuid + "/next?wait=" + wait.toMillis() / 1000 + "s",
        TestHttpClient.bearer(token),
        Map.of("request", request, "slot", 0, "labels", Map.of()),
        wait.plusSeconds(5));
  }

  /**
   * Polls with the same request id until there is a job; null if the pilot is lost or time is up.
   */
  LeasedJob take(UUID request, Duration patience) {
    Instant until = Instant.now().plus(patience);
    while (!lost && Instant.now().isBefore(until)) {
      LeasedJob job = jobOf(poll(request, Duration.ofSeconds(2)).join());
      if (job != null) {
        return job;
      }
    }
    return null;
  }

  /** The job in the answer to a poll; null if there is none. */
  LeasedJob jobOf(TestHttpClient.Reply reply) {
    lost |= reply.status() == 410;
    if (reply.status() == 200) {
      held = LeasedJob.of(reply.body());
      state = "dispatched";
      return held;
    }
    if (!reply.ok()) {
      pause(PAUSE_MILLIS);
    }
    return null;
  }

  /** Sends the start report until it is accepted or refused. */
  TestHttpClient.Reply start(LeasedJob job) {
    state = "running";
    return repeat(
        () ->
            http.call(
                "POST",
                "broker-service",
                "/api/v1/leases/" + job.job() + "/start",
                token,
                Map.of("lease", job.lease(), "pilot", uuid, "pid", 42, "host", "scripted")));
  }

  /** Sends the finish report until it is accepted or refused. */
  TestHttpClient.Reply finish(LeasedJob job, JobEnd end, int errcode) {
    ClientObservations.FinishReport report = report(job, end, errcode);
    TestHttpClient.Reply reply =
        repeat(() -> http.call("POST", "broker-service", finishPath(job), token, body(report)));
    if (reply.ok()) {
      observations.reportAccepted(report);
    }
    held = null;
    state = "no-jobs";
    return reply;
  }

  /** Sends the finish report once and closes the connection without reading the reply. */
  void finishWithoutReadingAnswer(LeasedJob job, JobEnd end, int errcode, Duration closeAfter) {
    ClientObservations.FinishReport report = report(job, end, errcode);
    http.sendWithoutReadingAnswer(
        "broker-service", finishPath(job), token, body(report), closeAfter);
  }

  private ClientObservations.FinishReport report(LeasedJob job, JobEnd end, int errcode) {
    ClientObservations.FinishReport report =
        new ClientObservations.FinishReport(
            job.job(), job.lease(), job.attempt(), uuid, end, errcode);
    observations.reportSent(report);
    return report;
  }

  private static String finishPath(LeasedJob job) {
    return "/api/v1/leases/" + job.job() + "/finish";
  }

  private Map<String, Object> body(ClientObservations.FinishReport report) {
    return Map.of(
        "lease", report.lease(),
        "pilot", uuid,
        "state", report.state().json(),
        "errcode", report.errcode());
  }

  /** Asks the broker whether the lease is valid and whether the job shall stop. */
  TestHttpClient.Reply checkLease(LeasedJob job) {
    return repeat(
        () ->
            http.call(
                "GET",
                "broker-service",
                "/api/v1/leases/" + job.job() + "?lease=" + job.lease(),
                token,
                null));
  }

  // With the backoff of the agent: each pause is twice as long, up to two seconds.
  private TestHttpClient.Reply repeat(Supplier<TestHttpClient.Reply> call) {
    Instant until = Instant.now().plus(PATIENCE);
    long pause = PAUSE_MILLIS;
    TestHttpClient.Reply reply = call.get();
    while (reply.retryable() && !dead && Instant.now().isBefore(until)) {
      pause(pause);
      pause = Math.min(2 * pause, MAX_PAUSE_MILLIS);
      reply = call.get();
    }
    return reply;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends nothing any more. */
  void die() {
    dead = true;
  }

  /** Deregisters. */
  @Override
  public void close() {
    if (!dead && !lost) {
      dead = true;
      http.call("DELETE", "pilot-service", "/api/v1/pilots/" + uuid + "?reason=test", token, null);
    }
  }
}
