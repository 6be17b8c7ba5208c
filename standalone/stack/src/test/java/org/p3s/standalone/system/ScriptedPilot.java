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
import org.p3s.standalone.system.history.Known;

/**
 * A pilot over HTTP that does each step when it is told to, and repeats itself as a real one does:
 * polls with the same request id, reports until they are accepted or refused. It beats by itself.
 */
final class ScriptedPilot implements AutoCloseable {

  /** A job in its hands. */
  record Offer(UUID job, long lease, int attempt, String payload) {
    static Offer of(JsonNode body) {
      return new Offer(
          UUID.fromString(body.get("job").asText()),
          body.get("lease").asLong(),
          body.get("attempt").asInt(),
          body.path("payload").asText());
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  final UUID uuid = UUID.randomUUID();
  private final Wire wire;
  private final Known known;
  private final String site;
  private final String joinToken;
  private volatile String token = "";
  private volatile boolean dead;
  private volatile boolean gone;
  private volatile Offer held;
  private volatile String state = "no-jobs";

  ScriptedPilot(Stack stack, Known known, String site) throws java.io.IOException {
    this.wire = new Wire(stack);
    this.known = known;
    this.site = site;
    this.joinToken = stack.token("join");
    known.pilotSpeaksHere(uuid);
  }

  /** Registers and beats from then on. */
  ScriptedPilot register() {
    Map<String, Object> who =
        Map.of("uuid", uuid, "site", site, "host", "scripted", "pid", 1, "slots", 1);
    Wire.Answer answer =
        repeat(() -> wire.call("POST", "pilot-service", "/api/v1/pilots", joinToken, who));
    if (!answer.ok()) {
      throw new IllegalStateException("not registered: " + answer);
    }
    token = answer.body().get("token").asText();
    long beat = answer.body().get("beat_s").asLong() * 1_000;
    Thread beats = new Thread(() -> beat(beat), "beats " + uuid);
    beats.setDaemon(true);
    beats.start();
    return this;
  }

  private void beat(long millis) {
    try {
      while (!dead && !gone) {
        Offer job = held;
        Map<String, Object> body = new HashMap<>();
        body.put("state", state);
        body.put(
            "jobs",
            job == null
                ? java.util.List.of()
                : java.util.List.of(Map.of("job", job.job(), "lease", job.lease())));
        Wire.Answer answer =
            wire.send(
                    "POST",
                    "pilot-service",
                    "/api/v1/pilots/" + uuid + "/beat",
                    Wire.bearer(token),
                    body,
                    Duration.ofMillis(Math.max(millis, 1_000)))
                .join();
        gone |= answer.status() == 410;
        // As a real one: a beat that was missed is made up for soon.
        Thread.sleep(answer.ok() ? millis : Math.min(millis, 300));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** True if the services have given it up. */
  boolean gone() {
    return gone;
  }

  /** One poll, as long as it takes. */
  CompletableFuture<Wire.Answer> poll(UUID request, Duration wait) {
    return wire.send(
        "POST",
        "broker-service",
        "/api/v1/pilots/" + uuid + "/next?wait=" + wait.toMillis() / 1000 + "s",
        Wire.bearer(token),
        Map.of("request", request, "slot", 0, "labels", Map.of()),
        wait.plusSeconds(5));
  }

  /** Asks with the same request id until there is a job; null if it is gone, or time is up. */
  Offer take(UUID request, Duration patience) {
    Instant until = Instant.now().plus(patience);
    while (!gone && Instant.now().isBefore(until)) {
      Offer offer = taken(poll(request, Duration.ofSeconds(2)).join());
      if (offer != null) {
        return offer;
      }
    }
    return null;
  }

  /** What a poll brought, if it brought a job. */
  Offer taken(Wire.Answer answer) {
    gone |= answer.status() == 410;
    if (answer.status() == 200) {
      held = Offer.of(answer.body());
      state = "dispatched";
      return held;
    }
    if (!answer.ok()) {
      pause(PAUSE_MILLIS);
    }
    return null;
  }

  /** Says that the payload runs, until somebody decides. */
  Wire.Answer start(Offer job) {
    state = "running";
    return repeat(
        () ->
            wire.call(
                "POST",
                "broker-service",
                "/api/v1/leases/" + job.job() + "/start",
                token,
                Map.of("lease", job.lease(), "pilot", uuid, "pid", 42, "host", "scripted")));
  }

  /** Says how the payload ended, until somebody decides; counts as accepted with 2xx only. */
  Wire.Answer finish(Offer job, JobEnd end, int errcode) {
    Known.Report report = report(job, end, errcode);
    Wire.Answer answer =
        repeat(() -> wire.call("POST", "broker-service", finishPath(job), token, body(report)));
    if (answer.ok()) {
      known.reportAccepted(report);
    }
    held = null;
    state = "no-jobs";
    return answer;
  }

  /** Says it once and does not listen. */
  void finishUnheard(Offer job, JobEnd end, int errcode, Duration hangUpAfter) {
    Known.Report report = report(job, end, errcode);
    wire.sayAndHangUp("broker-service", finishPath(job), token, body(report), hangUpAfter);
  }

  private Known.Report report(Offer job, JobEnd end, int errcode) {
    Known.Report report =
        new Known.Report(job.job(), job.lease(), job.attempt(), uuid, end, errcode);
    known.reportSent(report);
    return report;
  }

  private static String finishPath(Offer job) {
    return "/api/v1/leases/" + job.job() + "/finish";
  }

  private Map<String, Object> body(Known.Report report) {
    return Map.of(
        "lease", report.lease(),
        "pilot", uuid,
        "state", report.state().json(),
        "errcode", report.errcode());
  }

  /** Whether the job is still its own and wanted. */
  Wire.Answer look(Offer job) {
    return repeat(
        () ->
            wire.call(
                "GET",
                "broker-service",
                "/api/v1/leases/" + job.job() + "?lease=" + job.lease(),
                token,
                null));
  }

  // With the agent's pauses: twice as long each time, up to two seconds.
  private Wire.Answer repeat(Supplier<Wire.Answer> call) {
    Instant until = Instant.now().plus(PATIENCE);
    long pause = PAUSE_MILLIS;
    Wire.Answer answer = call.get();
    while (answer.passing() && !dead && Instant.now().isBefore(until)) {
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      answer = call.get();
    }
    return answer;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** No word more. */
  void dies() {
    dead = true;
  }

  /** Ends in order. */
  @Override
  public void close() {
    if (!dead && !gone) {
      dead = true;
      wire.call("DELETE", "pilot-service", "/api/v1/pilots/" + uuid + "?reason=test", token, null);
    }
  }
}
