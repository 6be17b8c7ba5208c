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

  /**
   * @param missed beats that may be missed
   * @param start since when beats can be heard
   * @param longestTick a longer pause between two ticks means that the service itself stood still
   */
  public Liveness(int missed, Instant start, Duration longestTick) {
    this.missed = missed;
    this.longestTick = longestTick;
    this.hearingSince = start;
    this.lastTick = start;
  }

  /**
   * Ticked so often. Where beats are fast, a stall of few seconds is longer than a pilot may be
   * silent; so a tick that is late by a whole period means already that nobody was heard.
   */
  public static Liveness tickedEach(Duration period, int missed, Instant start) {
    return new Liveness(missed, start, period.multipliedBy(2));
  }

  /** To be called often: notices when the service itself stood still. */
  public void tick(Instant now) {
    if (Duration.between(lastTick, now).compareTo(longestTick) > 0) {
      hearingSince = now;
    }
    lastTick = now;
  }

  /** True if a pilot with this last beat, which beats so often, is lost now. */
  public boolean isLost(Instant lastBeat, Duration beat, Instant now) {
    Instant silentSince = lastBeat.isAfter(hearingSince) ? lastBeat : hearingSince;
    return Duration.between(silentSince, now).compareTo(beat.multipliedBy(missed)) > 0;
  }

  /** Nobody whose beat is this or slower can be lost if heard after it. */
  public Instant silentBefore(Instant now, Duration fastestBeat) {
    return now.minus(fastestBeat.multipliedBy(missed));
  }
}
