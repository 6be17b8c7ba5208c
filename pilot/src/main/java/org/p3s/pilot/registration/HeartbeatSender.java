package org.p3s.pilot.registration;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadStop;
import org.p3s.pilot.slot.HeldJob;
import org.p3s.pilot.slot.Slots;
import org.p3s.pilot.workdir.DiskSpace;

/**
 * Sends heartbeats to the pilot service, and obeys the commands in the answers. If the pilot
 * service cannot be reached, the payloads continue.
 */
public final class HeartbeatSender {

  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);
  private static final Duration DEREGISTER_TIMEOUT = Duration.ofSeconds(2);

  private final ServiceClient client;
  private final String server;
  private final PilotLifecycle lifecycle;
  private final Slots slots;
  private final DiskSpace disk;
  private final HttpRetryBackoff backoff = new HttpRetryBackoff(MAX_PAUSE);
  private long nextNanos;
  private boolean problemLogged;

  /**
   * @param server the base URL of the pilot service
   */
  public HeartbeatSender(
      ServiceClient client, String server, PilotLifecycle lifecycle, Slots slots, DiskSpace disk) {
    this.client = client;
    this.server = server;
    this.lifecycle = lifecycle;
    this.slots = slots;
    this.disk = disk;
  }

  /** The first heartbeat is due one interval after the registration. */
  public void registered(PilotSession session) {
    nextNanos = System.nanoTime() + session.heartbeatInterval().toNanos();
  }

  /** The time until the next heartbeat; zero if it is due. */
  public Duration untilNext() {
    return Duration.ofNanos(Math.max(0, nextNanos - System.nanoTime()));
  }

  public void send(PilotSession session) throws InterruptedException {
    // The next one is due an interval from now: late heartbeats are not sent in addition.
    nextNanos = System.nanoTime() + session.heartbeatInterval().toNanos();
    try {
      ServiceAnswer answer =
          client.call(
              "POST",
              url(session) + "/beat",
              session.token(),
              body(),
              lifecycle.deadline().requestTimeout(timeout(session)));
      if (answer.isSuccess()) {
        handle(session, answer.body());
      } else if (answer.isGone()) {
        lifecycle.sessionLost(session, answer.reason());
      } else if (answer.isUnauthorized()) {
        lifecycle.tokenExpired(session);
      } else {
        retrySoon(session, answer.reason());
      }
    } catch (IOException e) {
      retrySoon(session, PilotLog.describe(e));
    }
  }

  private static Duration timeout(PilotSession session) {
    return shorter(session.heartbeatInterval(), MAX_TIMEOUT);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private String url(PilotSession session) {
    return server + "/api/v1/pilots/" + session.pilot();
  }

  private void retrySoon(PilotSession session, String problem) {
    if (!problemLogged) {
      PilotLog.line(
          "the pilot service does not accept heartbeats (%s); payloads continue", problem);
      problemLogged = true;
    }
    Duration pause = shorter(backoff.next(), session.heartbeatInterval());
    nextNanos = System.nanoTime() + pause.toNanos();
  }

  private Map<String, @Nullable Object> body() {
    List<HeldJob> heldJobs = slots.heldJobs();
    List<Map<String, @Nullable Object>> jobs = new ArrayList<>();
    for (HeldJob held : heldJobs) {
      Map<String, @Nullable Object> job = new LinkedHashMap<>();
      job.put("job", held.job().job().toString());
      job.put("lease", held.job().lease());
      job.put("pid", held.payload() == null ? null : (Long) held.payload().pid());
      jobs.add(job);
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("state", state(heldJobs));
    body.put("jobs", jobs);
    body.put("jobcount", slots.endedJobs());
    body.put("at", PilotLog.time(Instant.now()));
    long free = disk.freeBytes();
    body.put("free_bytes", free < 0 ? null : (Long) free);
    return body;
  }

  /** The state of the pilot by its name in the API. */
  private String state(List<HeldJob> heldJobs) {
    if (lifecycle.isDraining()) {
      return "draining";
    }
    if (heldJobs.stream().anyMatch(held -> held.payload() != null)) {
      return "running";
    }
    if (!heldJobs.isEmpty()) {
      return "dispatched";
    }
    return lifecycle.hasPolled() ? "no-jobs" : "active";
  }

  private void handle(PilotSession session, JsonFields answer) {
    if (problemLogged) {
      PilotLog.line("the pilot service accepts heartbeats again");
      problemLogged = false;
    }
    backoff.reset();
    String token = answer.text("token");
    if (token != null) {
      session.renewToken(token);
    }
    for (JsonFields command : answer.objects("orders")) {
      obey(command);
    }
  }

  private void obey(JsonFields command) {
    String name = command.text("order", "");
    if (name.equals("drain")) {
      lifecycle.drain("drained by order");
    } else if (name.equals("stop")) {
      lifecycle.stop(command.text("reason", "its pilot was stopped by order"));
    } else if (name.equals("stop-job")) {
      stopJob(command);
    } else {
      PilotLog.line("the command %s of the pilot service is not known to this pilot", name);
    }
  }

  private void stopJob(JsonFields command) {
    for (HeldJob held : slots.heldJobs()) {
      if (held.job().job().toString().equals(command.text("job")) && held.payload() != null) {
        held.payload().stop(PayloadStop.cancelled(command.text("reason")));
      }
    }
  }

  /**
   * Ends this pilot without deregistering, because that would end the jobs whose reports are still
   * in the spool. After a last heartbeat the next pilot has as much time as possible to deliver
   * them.
   */
  public void endWithoutDeregistering(PilotSession session, String reason)
      throws InterruptedException {
    send(session);
    PilotLog.line(
        "pilot %s ended (%s) with reports in its spool: the next pilot in this work directory can"
            + " deliver them until the pilot service declares this one lost",
        session.pilot(), reason);
  }

  /** Deregisters this pilot. If that fails, the pilot service declares it lost later. */
  public void deregister(PilotSession session, String reason) throws InterruptedException {
    String query = "?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8);
    try {
      client.call("DELETE", url(session) + query, session.token(), null, DEREGISTER_TIMEOUT);
      PilotLog.line("pilot %s ended: %s", session.pilot(), reason);
    } catch (IOException e) {
      PilotLog.line(
          "pilot %s ended (%s); the pilot service cannot be reached and will declare it lost",
          session.pilot(), reason);
    }
  }
}
