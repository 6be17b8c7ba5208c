package org.p3s.pilots.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides which pilots are lost: those silent for all their missed beats while this service could
 * hear them. Ticked by the caller; time in which the service was away does not count.
 */
public final class Liveness {
  private final int missed;
  private final Duration longestTick;
  private Instant hearingSince;
  private Instant lastTick;

  public Liveness(int missed, Instant start, Duration longestTick) {
    this.missed = missed;
    this.longestTick = longestTick;
    this.hearingSince = start;
    this.lastTick = start;
  }

  public void tick(Instant now) {
    if (Duration.between(this.lastTick, now).compareTo(this.longestTick) > 0) {
      this.hearingSince = now;
    }
    this.lastTick = now;
  }

  public boolean isLost(Instant lastBeat, Duration beat, Instant now) {
    Instant silentSince = lastBeat.isAfter(this.hearingSince) ? lastBeat : this.hearingSince;
    return Duration.between(silentSince, now).compareTo(beat.multipliedBy(this.missed)) > 0;
  }

  public Instant silentBefore(Instant now, Duration fastestBeat) {
    return now.minus(fastestBeat.multipliedBy(this.missed));
  }
}
