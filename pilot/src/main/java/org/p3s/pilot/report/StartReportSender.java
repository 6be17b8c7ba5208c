package org.p3s.pilot.report;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadProcess;
import org.p3s.pilot.payload.PayloadStop;

/**
 * Reports to the broker that a payload runs. The payload does not wait for the answer; the report
 * is sent again until the broker accepts it, because the broker assigns a job again whose start it
 * does not know.
 */
public final class StartReportSender {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(2);

  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final PilotSession session;
  private final AssignedJob job;
  private final PayloadProcess payload;
  private final Map<String, @Nullable Object> body = new LinkedHashMap<>();
  private final HttpRetryBackoff backoff = new HttpRetryBackoff(MAX_PAUSE);
  private volatile boolean cancelled;
  private volatile boolean refusalLogged;

  public StartReportSender(
      ServiceClient client,
      PilotLifecycle lifecycle,
      PilotSession session,
      AssignedJob job,
      PayloadProcess payload,
      String host,
      String workdir) {
    this.client = client;
    this.lifecycle = lifecycle;
    this.session = session;
    this.job = job;
    this.payload = payload;
    body.put("lease", job.lease());
    body.put("pilot", session.pilot().toString());
    body.put("pid", payload.pid());
    body.put("host", host);
    body.put("at", PilotLog.time(payload.started()));
    body.put("workdir", workdir);
  }

  /** Sends no more: the payload has ended, and the finish report contains the start. */
  public void cancel() {
    cancelled = true;
  }

  public void send() {
    if (cancelled) {
      return;
    }
    String url = session.broker() + "/api/v1/leases/" + job.job() + "/start";
    try {
      client
          .send("POST", url, session.token(), body, TIMEOUT)
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  sendAgainLater();
                } else {
                  handle(answer);
                }
              });
    } catch (IOException e) {
      PilotLog.line("job %s: its start report cannot be written: %s", job.job(), e);
    }
  }

  private void handle(ServiceAnswer answer) {
    if (answer.isSuccess()) {
      return;
    }
    if (answer.isConflict()) {
      payload.stop(PayloadStop.LEASE_LOST);
      return;
    }
    if (answer.isUnauthorized()) {
      lifecycle.tokenExpired(session);
    } else if (!answer.isTemporaryFailure() && !refusalLogged) {
      PilotLog.line("job %s: the broker refuses its start report: %s", job.job(), answer.reason());
      refusalLogged = true;
    }
    sendAgainLater();
  }

  private void sendAgainLater() {
    CompletableFuture.delayedExecutor(backoff.next().toMillis(), TimeUnit.MILLISECONDS)
        .execute(this::send);
  }
}
