package org.p3s.pilot.report;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.LogTail;
import org.p3s.pilot.payload.PayloadLogs;

/**
 * Sends the output of a payload to the broker while somebody follows the log of its job. A message
 * is sent after the one before it was answered, and has at most the last {@link LogTail#MAX_BYTES}
 * of each stream: of a payload that writes faster, bytes are left out.
 */
public final class LiveLogSender {

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LAST_MESSAGE_TIMEOUT = Duration.ofSeconds(2);

  private final ServiceClient client;
  private final PilotSession session;
  private final AssignedJob job;
  private final PayloadLogs logs;
  private boolean following;
  private boolean ended;
  private boolean running;
  private long stdoutSent;
  private long stderrSent;
  private CompletableFuture<?> lastMessage = CompletableFuture.completedFuture(null);

  public LiveLogSender(
      ServiceClient client, PilotSession session, AssignedJob job, PayloadLogs logs) {
    this.client = client;
    this.session = session;
    this.job = job;
    this.logs = logs;
  }

  /** Whether somebody follows the log now. */
  public synchronized void setFollowed(boolean followed) {
    if (followed && !following) {
      // A new follower gets the log from the beginning.
      stdoutSent = 0;
      stderrSent = 0;
    }
    following = followed;
    if (following && !running && !ended) {
      running = true;
      CompletableFuture.runAsync(this::sendNew);
    }
  }

  private synchronized void sendNew() {
    if (!following || ended) {
      running = false;
      return;
    }
    LogTail.Piece out = logs.stdout().from(stdoutSent);
    LogTail.Piece err = logs.stderr().from(stderrSent);
    if (out.bytes().length + err.bytes().length == 0) {
      sendLater();
      return;
    }
    lastMessage = send(out, err, false, TIMEOUT).whenComplete((answered, failure) -> sendLater());
  }

  private void sendLater() {
    CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(this::sendNew);
  }

  private CompletableFuture<?> send(
      LogTail.Piece out, LogTail.Piece err, boolean last, Duration timeout) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("lease", job.lease());
    body.put("stdout", part(out));
    body.put("stderr", part(err));
    body.put("last", last);
    try {
      return client
          .send(
              "POST",
              session.broker() + "/api/v1/leases/" + job.job() + "/log",
              session.token(),
              body,
              timeout)
          .thenAccept(answer -> handle(answer, out, err));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Map<String, Object> part(LogTail.Piece piece) {
    return Map.of("from", piece.from(), "data", Base64.getEncoder().encodeToString(piece.bytes()));
  }

  // The answer has the status of the lease, too, which LeaseStatusPoll handles.
  private synchronized void handle(ServiceAnswer answer, LogTail.Piece out, LogTail.Piece err) {
    if (answer.isSuccess()) {
      stdoutSent = Math.max(stdoutSent, out.from() + out.bytes().length);
      stderrSent = Math.max(stderrSent, err.from() + err.bytes().length);
      following = answer.body().flag("follow");
    } else if (!answer.isTemporaryFailure()) {
      following = false;
    }
  }

  /** To be called when the payload has ended: sends the rest of the log. */
  public void finish() throws InterruptedException {
    CompletableFuture<?> previous;
    synchronized (this) {
      ended = true;
      if (!following) {
        return;
      }
      previous = lastMessage;
    }
    try {
      previous
          .handle((done, failure) -> done)
          .get(LAST_MESSAGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      send(
              logs.stdout().from(stdoutSent),
              logs.stderr().from(stderrSent),
              true,
              LAST_MESSAGE_TIMEOUT)
          .get(LAST_MESSAGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      PilotLog.line(
          "job %s: the end of its log is sent with its finish report only: %s", job.job(), e);
    }
  }
}
