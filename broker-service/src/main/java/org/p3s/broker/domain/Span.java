package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a payload ran, by the broker's clock. A pilot's clock may be off by hours, but it measures
 * durations well; a report may come late because it was spooled.
 */
record Span(@Nullable Instant start, Instant stop) {

  static Span of(Job job, Report report, Instant now) {
    Instant pilotStart = report.tsSta();
    Instant pilotStop = report.tsSto();
    Duration took =
        pilotStart == null || pilotStop == null || pilotStop.isBefore(pilotStart)
            ? null
            : Duration.between(pilotStart, pilotStop);
    // Compared as durations: a pilot may say a time that no clock shows, and that adds up to none.
    Instant known = job.tsSta();
    if (known != null) {
      return new Span(known, took != null && fits(took, known, now) ? known.plus(took) : now);
    }
    if (took == null) {
      return new Span(null, now);
    }
    // No start report came: it ran at some time since the dispatch, at the latest until now.
    Instant dispatched = job.tsDis();
    Instant earliest = dispatched == null ? Instant.EPOCH : dispatched;
    return new Span(fits(took, earliest, now) ? now.minus(took) : earliest, now);
  }

  private static boolean fits(Duration took, Instant from, Instant to) {
    return took.compareTo(Duration.between(from, to)) < 0;
  }
}
