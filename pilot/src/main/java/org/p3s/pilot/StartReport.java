package org.p3s.pilot;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the broker that the payload runs, beside the payload, until the broker knows. */
final class StartReport {

  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int LEASE_LOST = 409;

  private final Http http;
  private final Agent agent;
  private final Session session;
  private final Assignment job;
  private final Payload payload;
  private final Map<String, @Nullable Object> body = new LinkedHashMap<>();
  private final Backoff backoff = new Backoff(Duration.ofSeconds(2));
  private volatile boolean cancelled;
  private volatile boolean complained;

  StartReport(
      Http http, Agent agent, Session session, Assignment job, Payload payload, String workdir) {
    this.http = http;
    this.agent = agent;
    this.session = session;
    this.job = job;
    this.payload = payload;
    body.put("lease", job.lease());
    body.put("pilot", session.pilot.toString());
    body.put("pid", payload.pid());
    body.put("host", agent.host);
    body.put("at", Log.time(payload.started()));
    body.put("workdir", workdir);
  }

  /** The finish report will tell everything. */
  void cancel() {
    cancelled = true;
  }

  void send() {
    if (cancelled) {
      return;
    }
    String url = session.broker + "/api/v1/leases/" + job.job() + "/start";
    try {
      http.send("POST", url, session.token(), body, ANSWER)
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  again();
                } else {
                  answered(answer);
                }
              });
    } catch (IOException e) {
      Log.line("job %s: its start can't be told: %s", job.job(), e);
    }
  }

  private void answered(Http.Answer answer) {
    if (answer.ok()) {
      return;
    }
    if (answer.status() == LEASE_LOST) {
      payload.stop(new Payload.Stop("killed", "its lease is lost", false));
      return;
    }
    if (answer.status() == 401) {
      agent.standing.needsToken(session);
    } else if (!answer.passing() && !complained) {
      Log.line("job %s: the broker refuses its start report: %s", job.job(), answer.why());
      complained = true;
    }
    // A start that the broker never hears of is given out again, and the payload runs twice.
    again();
  }

  private void again() {
    CompletableFuture.delayedExecutor(backoff.next().toMillis(), TimeUnit.MILLISECONDS)
        .execute(this::send);
  }
}
