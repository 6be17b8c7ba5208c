package org.p3s.workflow.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long a job that failed waits for its next attempt: twice as long each time. What made it fail
 * (a full disk, a file system that is away) seldom passes at once.
 *
 * @param first before the second attempt
 * @param most before any
 */
public record RetryPolicy(Duration first, Duration most) {

  /** When the attempt may start; null for a first one. */
  public @Nullable Instant before(int attempt, Instant now) {
    if (attempt <= 1) {
      return null;
    }
    Duration wait = first;
    for (int i = 2; i < attempt && wait.compareTo(most) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return now.plus(wait.compareTo(most) < 0 ? wait : most);
  }
}
