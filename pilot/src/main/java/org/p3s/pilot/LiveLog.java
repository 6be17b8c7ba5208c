package org.p3s.pilot;

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

/**
 * Sends what a payload writes to the broker, while somebody follows it. One message at a time, and
 * in each at most the kept end of the streams: what comes faster is left out.
 */
final class LiveLog {

  private static final Duration PACE = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration LAST_MESSAGE = Duration.ofSeconds(2);

  private final Http http;
  private final Session session;
  private final Assignment job;
  private final Logs logs;
  private boolean following;
  private boolean ended;
  private boolean ticking;
  private long stdoutSent;
  private long stderrSent;
  private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

  LiveLog(Http http, Session session, Assignment job, Logs logs) {
    this.http = http;
    this.session = session;
    this.job = job;
    this.logs = logs;
  }

  /** Somebody follows, or nobody does any more. */
  synchronized void follow(boolean wanted) {
    if (wanted && !following) {
      // A new follower knows nothing.
      stdoutSent = 0;
      stderrSent = 0;
    }
    following = wanted;
    if (following && !ticking && !ended) {
      ticking = true;
      CompletableFuture.runAsync(this::tick);
    }
  }

  private synchronized void tick() {
    if (!following || ended) {
      ticking = false;
      return;
    }
    Tail.Piece out = logs.stdout().from(stdoutSent);
    Tail.Piece err = logs.stderr().from(stderrSent);
    if (out.bytes().length + err.bytes().length == 0) {
      again();
      return;
    }
    underWay = send(out, err, false, ANSWER).whenComplete((sent, failure) -> again());
  }

  private void again() {
    CompletableFuture.delayedExecutor(PACE.toMillis(), TimeUnit.MILLISECONDS).execute(this::tick);
  }

  private CompletableFuture<?> send(
      Tail.Piece out, Tail.Piece err, boolean last, Duration timeout) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("lease", job.lease());
    body.put("stdout", part(out));
    body.put("stderr", part(err));
    body.put("last", last);
    try {
      return http.send(
              "POST",
              session.broker + "/api/v1/leases/" + job.job() + "/log",
              session.token(),
              body,
              timeout)
          .thenAccept(answer -> answered(answer, out, err));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Map<String, Object> part(Tail.Piece piece) {
    return Map.of("from", piece.from(), "data", Base64.getEncoder().encodeToString(piece.bytes()));
  }

  // The orders in it come by the look at the lease, too; here it only matters whether to go on.
  private synchronized void answered(Http.Answer answer, Tail.Piece out, Tail.Piece err) {
    if (answer.ok()) {
      stdoutSent = Math.max(stdoutSent, out.from() + out.bytes().length);
      stderrSent = Math.max(stderrSent, err.from() + err.bytes().length);
      following = answer.body().flag("follow");
    } else if (!answer.passing()) {
      following = false;
    }
  }

  /** The payload has ended: sends the rest, so that followers need not wait for the report. */
  void end() throws InterruptedException {
    CompletableFuture<?> before;
    synchronized (this) {
      ended = true;
      if (!following) {
        return;
      }
      before = underWay;
    }
    try {
      before.handle((done, failure) -> done).get(LAST_MESSAGE.toMillis(), TimeUnit.MILLISECONDS);
      send(logs.stdout().from(stdoutSent), logs.stderr().from(stderrSent), true, LAST_MESSAGE)
          .get(LAST_MESSAGE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Log.line("job %s: its followers see the end of its log by its report: %s", job.job(), e);
    }
  }
}
