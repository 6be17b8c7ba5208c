package org.p3s.pilot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings finish reports to the broker: spooled first, repeated until accepted or too late. */
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
    Map<String, @Nullable Object> told = report;
    Backoff backoff = new Backoff(LONGEST_PAUSE);
    String complaint = "";
    boolean hardened = false;
    while (true) {
      if (asks && !agent.standing.mayAskAs(session)) {
        asks = false;
        agent.allowance.giveCycleBack();
      }
      Map<String, @Nullable Object> body = new LinkedHashMap<>(told);
      body.put("next", asks ? next(request, slot) : null);
      String why;
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
        why = answer.why();
        if (answer.over()) {
          Log.line("job %s: the broker refuses its report: %s", job.job(), why);
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
        if (answer.blamesBody()) {
          told = Report.bare(report, why);
          if (asks) {
            asks = false;
            agent.allowance.giveCycleBack();
          }
        }
      } catch (IOException e) {
        why = Http.why(e);
      }
      if (!why.equals(complaint)) {
        Log.line("job %s: its report is kept and brought again: %s", job.job(), why);
        complaint = why;
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
  void deliverLeftOvers(List<Spool.Entry> found) throws InterruptedException {
    List<Spool.Entry> left = new ArrayList<>(found);
    Backoff backoff = new Backoff(LONGEST_PAUSE);
    while (!left.isEmpty() && !agent.standing.ending()) {
      for (ListIterator<Spool.Entry> each = left.listIterator(); each.hasNext(); ) {
        Spool.Entry again = tryOnce(each.next());
        if (again == null) {
          each.remove();
        } else {
          each.set(again);
        }
      }
      if (!left.isEmpty()) {
        agent.standing.pause(backoff.next());
      }
    }
  }

  /** What is worth another try, null if nothing is. */
  private Spool.@Nullable Entry tryOnce(Spool.Entry entry) throws InterruptedException {
    try {
      Http.Answer answer =
          http.call(
              "POST", url(entry.broker(), entry.job()), entry.token(), entry.report(), ANSWER);
      if (answer.ok()) {
        Log.line("job %s: the report of an earlier pilot is delivered", entry.job());
        spool.accepted(entry.file());
        return null;
      }
      if (answer.status() == 401) {
        Log.line(
            "job %s: the report of an earlier pilot stays, its token has expired", entry.job());
        return null;
      }
      if (answer.over()) {
        Log.line(
            "job %s: the report of an earlier pilot comes too late: %s", entry.job(), answer.why());
        spool.refused(entry.file());
        return null;
      }
      return answer.blamesBody() ? entry.with(Report.bare(entry.report(), answer.why())) : entry;
    } catch (IOException e) {
      return entry;
    }
  }
}
