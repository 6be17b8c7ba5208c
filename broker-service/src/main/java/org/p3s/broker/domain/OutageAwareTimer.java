package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Measures for how long reports of pilots could reach the database without a gap. A pilot may lose
 * its job for not confirming it only if it could have confirmed. After an outage of the database,
 * or a stall of this process, the measurement starts again; otherwise a payload that runs would be
 * given to a second pilot. Not thread-safe; the caller synchronizes.
 */
public final class OutageAwareTimer {

  private final Duration longestGap;
  private Instant upSince;
  private Instant lastSuccess;

  /**
   * @param longestGap a longer time between two successes counts as an outage
   */
  public OutageAwareTimer(Instant start, Duration longestGap) {
    this.longestGap = longestGap;
    this.upSince = start;
    this.lastSuccess = start;
  }

  /** Notes that the database answered just now. */
  public void succeeded(Instant now) {
    if (isOutage(now)) {
      upSince = now;
    }
    lastSuccess = now;
  }

  /** True if there was no outage during that time until now. */
  public boolean upFor(Duration time, Instant now) {
    return !isOutage(now) && !now.isBefore(upSince.plus(time));
  }

  private boolean isOutage(Instant now) {
    return Duration.between(lastSuccess, now).compareTo(longestGap) > 0;
  }
}
