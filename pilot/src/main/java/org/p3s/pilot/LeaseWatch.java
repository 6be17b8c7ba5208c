package org.p3s.pilot;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker, while a payload runs, whether it is still wanted and whether somebody follows
 * its log. The question waits at the broker for an answer that matters, once per beat; the broker
 * may be away, and the payload goes on.
 */
final class LeaseWatch {

  private static final Payload.Stop LEASE_LOST =
      new Payload.Stop("killed", "its lease is lost", false);

  /** Jobs shorter than this ask nothing. */
  private static final Duration FIRST = Duration.ofSeconds(1);

  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofMillis(100);

  private final Http http;
  private final Agent agent;
  private final Session session;
  private final Assignment job;
  private final Payload payload;
  private final LiveLog live;
  private final Backoff backoff;
  private boolean ended;
  private @Nullable CompletableFuture<?> look;

  LeaseWatch(
      Http http, Agent agent, Session session, Assignment job, Payload payload, LiveLog live) {
    this.http = http;
    this.agent = agent;
    this.session = session;
    this.job = job;
    this.payload = payload;
    this.live = live;
    this.backoff = new Backoff(session.beat);
  }

  void begin() {
    after(FIRST);
  }

  private void after(Duration pause) {
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS).execute(this::ask);
  }

  private synchronized void ask() {
    if (ended) {
      return;
    }
    String url =
        "%s/api/v1/leases/%s?lease=%d&wait=%ds"
            .formatted(session.broker, job.job(), job.lease(), session.beat.toSeconds());
    long asked = System.nanoTime();
    try {
      CompletableFuture<Http.Answer> waits =
          http.send("GET", url, session.token(), null, session.beat.plus(ANSWER));
      look = waits;
      waits.whenComplete(
          (answer, failure) -> after(answer == null ? retry() : heard(answer, asked)));
    } catch (IOException e) {
      throw new IllegalStateException("a request without a body can be written", e);
    }
  }

  private Duration retry() {
    return backoff.next();
  }

  /** How long to wait before the next question. */
  private Duration heard(Http.Answer answer, long asked) {
    if (answer.status() == 409) {
      payload.stop(LEASE_LOST);
    } else if (answer.status() == 401) {
      agent.standing.needsToken(session);
      return retry();
    } else if (!answer.ok()) {
      return retry();
    }
    backoff.reset();
    if (answer.body().flag("stop")) {
      payload.stop(Beats.cancelled(answer.body().text("reason")));
    }
    live.follow(answer.body().flag("follow"));
    // An answer at once is not asked for again at once.
    Duration left = session.beat.minusNanos(System.nanoTime() - asked);
    return left.compareTo(SOON) < 0 ? SOON : left;
  }

  /** The payload has ended. */
  synchronized void end() {
    ended = true;
    if (look != null) {
      look.cancel(true);
    }
  }
}
