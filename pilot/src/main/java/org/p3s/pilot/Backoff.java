package org.p3s.pilot;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between attempts: doubling up to a cap, with jitter so that pilots do not march in step.
 */
final class Backoff {

  private static final long FIRST_MILLIS = 200;

  private final long capMillis;
  private long nextMillis = FIRST_MILLIS;

  Backoff(Duration cap) {
    this.capMillis = cap.toMillis();
  }

  /** Half to all of the present step. */
  Duration next() {
    long step = nextMillis;
    nextMillis = Math.min(nextMillis * 2, capMillis);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(step / 2, step + 1));
  }

  void reset() {
    nextMillis = FIRST_MILLIS;
  }
}
