package org.p3s.watcher.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a file is complete: if the watch has a marker, as soon as the marker file exists; else when
 * the quiet period is over, and the file has its minimum age and its minimum size.
 */
public final class CompletenessRule {

  private static final Duration MARKER_INTERVAL = Duration.ofSeconds(1);
  private static final Duration SIZE_INTERVAL = Duration.ofSeconds(10);

  /**
   * Empty if the file is complete; else when to check it again.
   *
   * @param marked true if the marker file exists
   */
  public static Optional<Instant> nextCheck(
      Watch watch, PendingFile file, boolean marked, Instant now) {
    if (watch.marker() != null) {
      return marked ? Optional.empty() : Optional.of(now.plus(MARKER_INTERVAL));
    }
    Instant completeAt = latest(QuietPeriod.end(watch.quietPeriod(), file), minAgeEnd(watch, file));
    if (completeAt.isAfter(now)) {
      return Optional.of(completeAt);
    }
    return file.snapshot().size() < watch.minSize()
        ? Optional.of(now.plus(SIZE_INTERVAL))
        : Optional.empty();
  }

  // Without a minimum age a modification time in the future must not delay the file.
  private static Instant minAgeEnd(Watch watch, PendingFile file) {
    return watch.minAge().isZero() ? Instant.MIN : file.snapshot().mtime().plus(watch.minAge());
  }

  private static Instant latest(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private CompletenessRule() {}
}
