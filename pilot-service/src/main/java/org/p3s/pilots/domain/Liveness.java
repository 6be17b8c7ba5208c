package org.p3s.pilots.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides which pilots are lost: those that missed too many heartbeats while this service was able
 * to receive them. Time in which the service itself stood still or was down does not count. The
 * caller reports the time with {@link #tick}.
 */
public final class Liveness {
  private final int missed;
  private final Duration longestTick;
  private Instant receivingSince;
  private Instant lastTick;

  /**
   * @param missed how many heartbeats a pilot may miss
   * @param start since when heartbeats can be received
   * @param longestTick a longer pause between two ticks means that the service itself stood still
   */
  public Liveness(int missed, Instant start, Duration longestTick) {
    this.missed = missed;
    this.longestTick = longestTick;
    this.receivingSince = start;
    this.lastTick = start;
  }

  /**
   * For a caller that ticks once per period. Where heartbeats are fast, the service can stand still
   * for longer than a pilot may be silent. So a tick that is late by a whole period counts as a
   * time in which no heartbeat was received.
   */
  public static Liveness tickedEach(Duration period, int missed, Instant start) {
    return new Liveness(missed, start, period.multipliedBy(2));
  }

  /** Notices when the service itself stood still since the last tick. */
  public void tick(Instant now) {
    if (Duration.between(lastTick, now).compareTo(longestTick) > 0) {
      receivingSince = now;
    }
    lastTick = now;
  }

  /** True if a pilot with this last heartbeat and this time between heartbeats is lost now. */
  public boolean isLost(Instant lastHeartbeat, Duration heartbeatPeriod, Instant now) {
    Instant silentSince = lastHeartbeat.isAfter(receivingSince) ? lastHeartbeat : receivingSince;
    return Duration.between(silentSince, now).compareTo(heartbeatPeriod.multipliedBy(missed)) > 0;
  }

  /** A pilot whose last heartbeat is later than this is not lost if its period is not shorter. */
  public Instant silentBefore(Instant now, Duration shortestPeriod) {
    return now.minus(shortestPeriod.multipliedBy(missed));
  }
}
