package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a payload ran, by the broker's clock. A pilot's clock may be off by hours, but it measures
 * durations well, and a report may come late because the pilot kept it in its spool.
 */
record RunInterval(@Nullable Instant start, Instant stop) {

  static RunInterval of(Job job, FinishReport report, Instant now) {
    Instant pilotStart = report.tsSta();
    Instant pilotStop = report.tsSto();
    Duration took =
        pilotStart == null || pilotStop == null || pilotStop.isBefore(pilotStart)
            ? null
            : Duration.between(pilotStart, pilotStop);
    // Durations are compared, not times: adding a wrong duration to a time could overflow.
    Instant known = job.tsSta();
    if (known != null) {
      return new RunInterval(
          known, took != null && isShorter(took, known, now) ? known.plus(took) : now);
    }
    if (took == null) {
      return new RunInterval(null, now);
    }
    // No start report came: the payload ran at some time between the dispatch and now.
    Instant dispatched = job.tsDis();
    Instant earliest = dispatched == null ? Instant.EPOCH : dispatched;
    return new RunInterval(isShorter(took, earliest, now) ? now.minus(took) : earliest, now);
  }

  private static boolean isShorter(Duration took, Instant from, Instant to) {
    return took.compareTo(Duration.between(from, to)) < 0;
  }
}
