package org.p3s.pilot.slot;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadProcess;
import org.p3s.pilot.payload.PayloadStop;
import org.p3s.pilot.report.LiveLogSender;

/**
 * Asks the broker, while a payload runs, whether the job was cancelled and whether somebody follows
 * its log. Each question is a long poll of one heartbeat interval: the broker answers it earlier if
 * something has changed. If the broker cannot be reached, the payload continues.
 */
final class LeaseStatusPoll {

  /** No questions are sent for jobs that are shorter than this. */
  private static final Duration FIRST_POLL = Duration.ofSeconds(1);

  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(5);
  private static final Duration MIN_PAUSE = Duration.ofMillis(100);

  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final PilotSession session;
  private final AssignedJob job;
  private final PayloadProcess payload;
  private final LiveLogSender liveLog;
  private final HttpRetryBackoff backoff;
  private boolean ended;
  private @Nullable CompletableFuture<?> pending;

  LeaseStatusPoll(
      ServiceClient client,
      PilotLifecycle lifecycle,
      PilotSession session,
      AssignedJob job,
      PayloadProcess payload,
      LiveLogSender liveLog) {
    this.client = client;
    this.lifecycle = lifecycle;
    this.session = session;
    this.job = job;
    this.payload = payload;
    this.liveLog = liveLog;
    this.backoff = new HttpRetryBackoff(session.heartbeatInterval());
  }

  void start() {
    askAfter(FIRST_POLL);
  }

  private void askAfter(Duration pause) {
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS).execute(this::ask);
  }

  private synchronized void ask() {
    if (ended) {
      return;
    }
    String url =
        "%s/api/v1/leases/%s?lease=%d&wait=%ds"
            .formatted(
                session.broker(), job.job(), job.lease(), session.heartbeatInterval().toSeconds());
    long asked = System.nanoTime();
    try {
      CompletableFuture<ServiceAnswer> waiting =
          client.send(
              "GET", url, session.token(), null, session.heartbeatInterval().plus(ANSWER_MARGIN));
      pending = waiting;
      waiting.whenComplete(
          (answer, failure) -> askAfter(answer == null ? backoff.next() : handle(answer, asked)));
    } catch (IOException e) {
      throw new IllegalStateException("a request without a body cannot fail here", e);
    }
  }

  /** Returns the pause before the next question. */
  private Duration handle(ServiceAnswer answer, long asked) {
    if (answer.isConflict()) {
      payload.stop(PayloadStop.LEASE_LOST);
    } else if (answer.isUnauthorized()) {
      lifecycle.tokenExpired(session);
      return backoff.next();
    } else if (!answer.isSuccess()) {
      return backoff.next();
    }
    backoff.reset();
    if (answer.body().flag("stop")) {
      payload.stop(PayloadStop.cancelled(answer.body().text("reason")));
    }
    liveLog.setFollowed(answer.body().flag("follow"));
    // Even if the broker answers at once, it is asked only once per heartbeat interval.
    Duration left = session.heartbeatInterval().minusNanos(System.nanoTime() - asked);
    return left.compareTo(MIN_PAUSE) < 0 ? MIN_PAUSE : left;
  }

  /** The payload has ended. */
  synchronized void end() {
    ended = true;
    if (pending != null) {
      pending.cancel(true);
    }
  }
}
