package org.p3s.pilot;

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

/** Signs of life to the pilot service, which may be away: payloads go on. */
final class Beats {

  static final Payload.Stop GIVEN_UP =
      new Payload.Stop("killed", "its pilot had been declared lost", true);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Agent agent;
  private final Http http;
  private final String server;
  private Backoff backoff = new Backoff(SOON);
  private long nextAt;
  private boolean complained;

  Beats(Agent agent, Http http, String server) {
    this.agent = agent;
    this.http = http;
    this.server = server;
  }

  void entered(Session session) {
    nextAt = System.nanoTime() + session.beat.toNanos();
  }

  /** Zero if it is time. */
  Duration untilNext() {
    return Duration.ofNanos(Math.max(0, nextAt - System.nanoTime()));
  }

  void beat(Session session) throws InterruptedException {
    List<Slot.Held> held = agent.crew.held();
    // A beat that is late is not made up for.
    nextAt = System.nanoTime() + session.beat.toNanos();
    try {
      Http.Answer answer =
          http.call(
              "POST",
              url(session) + "/beat",
              session.token(),
              body(held),
              agent.standing.atMost(timeout(session)));
      if (answer.ok()) {
        listen(session, answer.body());
      } else if (answer.status() == 410) {
        agent.gone(session, answer.why());
      } else if (answer.status() == 401) {
        agent.standing.needsToken(session);
      } else {
        missed(session, answer.why());
      }
    } catch (IOException e) {
      missed(session, Http.why(e));
    }
  }

  private static Duration timeout(Session session) {
    return session.beat.compareTo(LONGEST_ANSWER) < 0 ? session.beat : LONGEST_ANSWER;
  }

  private String url(Session session) {
    return server + "/api/v1/pilots/" + session.pilot;
  }

  private void missed(Session session, String why) {
    if (!complained) {
      Log.line("the pilot service takes no beat (%s); payloads go on", why);
      complained = true;
    }
    Duration soon = backoff.next();
    nextAt = System.nanoTime() + (soon.compareTo(session.beat) < 0 ? soon : session.beat).toNanos();
  }

  private Map<String, @Nullable Object> body(List<Slot.Held> held) {
    List<Map<String, @Nullable Object>> jobs = new ArrayList<>();
    for (Slot.Held one : held) {
      Map<String, @Nullable Object> job = new LinkedHashMap<>();
      job.put("job", one.job().job().toString());
      job.put("lease", one.job().lease());
      job.put("pid", one.payload() == null ? null : (Long) one.payload().pid());
      jobs.add(job);
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("state", agent.standing.state(agent.crew));
    body.put("jobs", jobs);
    body.put("jobcount", agent.crew.jobsEndedSoFar());
    body.put("at", Log.time(Instant.now()));
    long free = agent.disk.freeBytes();
    body.put("free_bytes", free < 0 ? null : (Long) free);
    return body;
  }

  private void listen(Session session, Fields answer) {
    if (complained) {
      Log.line("the pilot service takes beats again");
      complained = false;
    }
    backoff.reset();
    String token = answer.text("token");
    if (token != null) {
      session.renew(token);
    }
    for (Fields order : answer.objects("orders")) {
      obey(order);
    }
  }

  private void obey(Fields order) {
    String what = order.text("order", "");
    if (what.equals("drain")) {
      agent.drain("drained by order");
    } else if (what.equals("stop")) {
      agent.stop(order.text("reason", "its pilot was stopped by order"));
    } else if (what.equals("stop-job")) {
      for (Slot.Held held : agent.crew.held()) {
        if (held.job().job().toString().equals(order.text("job")) && held.payload() != null) {
          held.payload().stop(cancelled(order.text("reason")));
        }
      }
    } else {
      Log.line("an order that this pilot does not know: %s", what);
    }
  }

  static Payload.Stop cancelled(@Nullable String reason) {
    return new Payload.Stop("cancelled", reason == null ? "cancelled" : reason, true);
  }

  /**
   * Ends without a farewell, which would end the jobs whose reports still wait here; a last beat
   * gives the next pilot all the time until this one is called lost.
   */
  void leaveQuietly(Session session, String reason) throws InterruptedException {
    beat(session);
    Log.line(
        "pilot %s ended (%s) with reports in its spool: the next pilot here can bring them"
            + " until the pilot service calls this one lost",
        session.pilot, reason);
  }

  /** Deregisters; the service finds out by itself if it is away now. */
  void farewell(Session session, String reason) throws InterruptedException {
    String query = "?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8);
    try {
      http.call("DELETE", url(session) + query, session.token(), null, Duration.ofSeconds(2));
      Log.line("pilot %s ended: %s", session.pilot, reason);
    } catch (IOException e) {
      Log.line(
          "pilot %s ended (%s), but the pilot service is away and will call it lost",
          session.pilot, reason);
    }
  }
}
