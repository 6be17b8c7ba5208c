package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether a pilot that did not confirm a job had the time to: only while this broker and its
 * database could hear it. After an outage, or a stall of the process, the time begins anew; else a
 * payload that runs would be offered to a second pilot. Not thread-safe; its caller guards it.
 */
public final class Hearing {

  private final Duration longestGap;
  private Instant since;
  private Instant last;

  /**
   * @param longestGap a longer one between two signs of life means that nobody was heard
   */
  public Hearing(Instant start, Duration longestGap) {
    this.longestGap = longestGap;
    this.since = start;
    this.last = start;
  }

  /** The database answered just now. */
  public void heard(Instant now) {
    if (isDeaf(now)) {
      since = now;
    }
    last = now;
  }

  /** True if all pilots could be heard for that time until now. */
  public boolean forAll(Duration time, Instant now) {
    return !isDeaf(now) && !now.isBefore(since.plus(time));
  }

  private boolean isDeaf(Instant now) {
    return Duration.between(last, now).compareTo(longestGap) > 0;
  }
}
