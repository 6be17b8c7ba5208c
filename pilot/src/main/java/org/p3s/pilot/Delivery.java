package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings finish reports to the broker: spooled first, repeated until accepted or refused. */
final class Delivery {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Agent agent;
  private final Http http;
  private final Spool spool;

  Delivery(Agent agent, Http http, Spool spool) {
    this.agent = agent;
    this.http = http;
    this.spool = spool;
  }

  /**
   * Returns when the broker has decided, or when the agent must end.
   *
   * @return the next job, asked for in the same round trip, if there was one at once
   */
  @Nullable Fields deliver(
      Session session, Assignment job, Map<String, @Nullable Object> report, int slot)
      throws InterruptedException {
    Path file = spooled(session, job, report);
    String request = UUID.randomUUID().toString();
    boolean asks = agent.standing.mayAskAs(session) && agent.hasRoom() && agent.takeCycle();
    Backoff backoff = new Backoff(LONGEST_PAUSE);
    boolean complained = false;
    boolean hardened = false;
    while (true) {
      if (asks && !agent.standing.mayAskAs(session)) {
        asks = false;
        agent.allowance.giveCycleBack();
      }
      Map<String, @Nullable Object> body = new LinkedHashMap<>(report);
      body.put("next", asks ? next(request, slot) : null);
      try {
        Http.Answer answer =
            http.call(
                "POST",
                url(session.broker, job.job()),
                session.token(),
                body,
                agent.standing.atMost(ANSWER));
        if (answer.ok()) {
          settle(file, true);
          Fields found = asks ? answer.body().object("next") : null;
          if (asks && found == null) {
            // The long poll that follows is the same request.
            agent.allowance.giveCycleBack();
          }
          return found;
        }
        if (!answer.passing() && answer.status() != 401) {
          Log.line("job %s: the broker refuses its report: %s", job.job(), answer.why());
          settle(file, false);
          return null;
        }
        if (answer.status() == 401) {
          if (session.gone()) {
            Log.line("job %s: its report is kept, its pilot's token has expired", job.job());
            return null;
          }
          agent.standing.needsToken(session);
        }
      } catch (IOException e) {
        if (!complained) {
          Log.line("job %s: report kept until the broker is back: %s", job.job(), Http.why(e));
          complained = true;
        }
      }
      if (!hardened && file != null) {
        spool.harden(file);
        hardened = true;
      }
      if (agent.standing.outOfTime()) {
        Log.line("job %s: its report stays in the spool for the next pilot here", job.job());
        return null;
      }
      agent.standing.pauseToDeliver(backoff.next());
    }
  }

  /** A report that nobody waits for any more, for people to look at. */
  void keep(Session session, Assignment job, Map<String, @Nullable Object> report) {
    settle(spooled(session, job, report), false);
  }

  private static String url(String broker, UUID job) {
    return broker + "/api/v1/leases/" + job + "/finish";
  }

  private Map<String, @Nullable Object> next(String request, int slot) {
    Map<String, @Nullable Object> next = new LinkedHashMap<>();
    next.put("request", request);
    next.put("slot", slot);
    next.put("site", agent.options.site());
    next.put("labels", agent.options.labels());
    // The broker answers at once with what it has; waiting is for the long poll.
    next.put("wait_s", 0);
    next.put("remaining_s", agent.allowance.remainingSeconds());
    return next;
  }

  private @Nullable Path spooled(
      Session session, Assignment job, Map<String, @Nullable Object> report) {
    try {
      return spool.put(job, session, report);
    } catch (IOException e) {
      Log.line("job %s: its report is in memory only, the spool fails: %s", job.job(), e);
      return null;
    }
  }

  private void settle(@Nullable Path file, boolean accepted) {
    if (file == null) {
      return;
    }
    if (accepted) {
      spool.accepted(file);
    } else {
      spool.refused(file);
    }
  }

  /** Once per start: what earlier pilots left. Their tokens may still be good. */
  void deliverLeftOvers() throws InterruptedException {
    for (Spool.Entry entry : spool.leftOver()) {
      Backoff backoff = new Backoff(LONGEST_PAUSE);
      while (!agent.standing.ending() && !tryOnce(entry)) {
        agent.standing.pause(backoff.next());
      }
    }
  }

  /** False if it is worth another try. */
  private boolean tryOnce(Spool.Entry entry) throws InterruptedException {
    try {
      Http.Answer answer =
          http.call(
              "POST", url(entry.broker(), entry.job()), entry.token(), entry.report(), ANSWER);
      if (answer.ok()) {
        Log.line("job %s: the report of an earlier pilot is delivered", entry.job());
        spool.accepted(entry.file());
      } else if (answer.status() == 401) {
        Log.line(
            "job %s: the report of an earlier pilot stays, its token has expired", entry.job());
      } else if (answer.passing()) {
        return false;
      } else {
        Log.line(
            "job %s: the report of an earlier pilot comes too late: %s", entry.job(), answer.why());
        spool.refused(entry.file());
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
