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
    Instant known = job.tsSta();
    if (known != null) {
      return new Span(known, took == null ? now : earlier(known.plus(took), now));
    }
    if (took == null) {
      return new Span(null, now);
    }
    // No start report came: it ran at some time since the dispatch, at the latest until now.
    Instant start = now.minus(took);
    Instant dispatched = job.tsDis();
    return new Span(dispatched != null && start.isBefore(dispatched) ? dispatched : start, now);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
