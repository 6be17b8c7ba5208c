package org.p3s.pilot.slot;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.job.NextJobRequest;
import org.p3s.pilot.lifecycle.JobRequestLimits;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;

/** Asks the broker for a job for one slot, by long polls. */
public final class JobPoll {

  private static final Duration LONG_POLL = Duration.ofSeconds(30);
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(15);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final int slot;
  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final JobRequestLimits limits;
  private final String site;
  private final Map<String, String> labels;
  private volatile @Nullable CompletableFuture<?> pending;
  private boolean problemLogged;

  public JobPoll(
      int slot,
      ServiceClient client,
      PilotLifecycle lifecycle,
      JobRequestLimits limits,
      String site,
      Map<String, String> labels) {
    this.slot = slot;
    this.client = client;
    this.lifecycle = lifecycle;
    this.limits = limits;
    this.site = site;
    this.labels = labels;
  }

  /** Cancels a poll that waits for its answer; the broker then assigns no job to it. */
  void cancel() {
    CompletableFuture<?> waiting = pending;
    if (waiting != null) {
      waiting.cancel(true);
    }
  }

  /**
   * Makes one request for a job. It is repeated with the same request id until the broker answers,
   * so that a job whose answer was lost is assigned only once.
   *
   * @return null if there is no job, or if the pilot asks for no more
   */
  @Nullable JsonFields request(PilotSession session) throws InterruptedException {
    String requestId = UUID.randomUUID().toString();
    HttpRetryBackoff backoff = new HttpRetryBackoff(MAX_PAUSE);
    while (lifecycle.mayRequestJobs(session)) {
      ServiceAnswer answer = poll(session, requestId);
      if (answer != null) {
        if (answer.isSuccess()) {
          return answer.body().map().isEmpty() ? null : answer.body();
        }
        handleRefusal(session, answer);
      }
      lifecycle.pause(backoff.next());
    }
    return null;
  }

  private void handleRefusal(PilotSession session, ServiceAnswer answer) {
    if (answer.isUnauthorized()) {
      lifecycle.tokenExpired(session);
    } else if (answer.isGone()) {
      lifecycle.sessionLost(session, answer.reason());
    } else {
      logProblem("the broker refuses to give a job (" + answer.reason() + "); asking again");
    }
  }

  /** Null if the broker could not be reached, or if the poll was cancelled. */
  private @Nullable ServiceAnswer poll(PilotSession session, String requestId)
      throws InterruptedException {
    Duration wait = limits.limitToLife(LONG_POLL);
    String url =
        "%s/api/v1/pilots/%s/next?wait=%ds"
            .formatted(session.broker(), session.pilot(), Math.max(1, wait.toSeconds()));
    var body = new NextJobRequest(requestId, slot, site, labels, limits.remainingSeconds()).body();
    try {
      CompletableFuture<ServiceAnswer> waiting =
          client.send("POST", url, session.token(), body, wait.plus(ANSWER_MARGIN));
      pending = waiting;
      lifecycle.pollStarted();
      // The pilot may have begun to drain before the poll could be cancelled.
      if (!lifecycle.mayRequestJobs(session)) {
        waiting.cancel(true);
      }
      ServiceAnswer answer = ServiceClient.await(waiting);
      if (!answer.isTemporaryFailure()) {
        logRecovery();
      }
      return answer;
    } catch (CancellationException e) {
      return null;
    } catch (IOException e) {
      String why = e instanceof ConnectException ? "no connection" : PilotLog.describe(e);
      logProblem("the broker cannot be reached (" + why + "); asking again until it answers");
      return null;
    } finally {
      pending = null;
    }
  }

  /** Logs the first of several problems in a row. */
  void logProblem(String problem) {
    if (!problemLogged) {
      PilotLog.line(problem);
      problemLogged = true;
    }
  }

  private void logRecovery() {
    if (problemLogged) {
      PilotLog.line("the broker answers again");
      problemLogged = false;
    }
  }
}
