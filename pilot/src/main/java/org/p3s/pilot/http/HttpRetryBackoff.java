package org.p3s.pilot.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pauses between the attempts of one HTTP request: they double up to a maximum, and are random
 * in part, so that many pilots do not repeat their requests at the same moment.
 */
public final class HttpRetryBackoff {

  private static final long FIRST_MILLIS = 200;

  private final long maxMillis;
  private long nextMillis = FIRST_MILLIS;

  public HttpRetryBackoff(Duration max) {
    this.maxMillis = max.toMillis();
  }

  /** The next pause: between half of the present step and all of it. */
  public Duration next() {
    long step = nextMillis;
    nextMillis = Math.min(nextMillis * 2, maxMillis);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(step / 2, step + 1));
  }

  /** To be called after a success: the next pause is short again. */
  public void reset() {
    nextMillis = FIRST_MILLIS;
  }
}
