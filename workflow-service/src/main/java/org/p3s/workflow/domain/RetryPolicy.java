package org.p3s.workflow.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules for retries: which failed attempts are followed by another one, and how long that one
 * waits. Each wait is twice as long as the one before, because the cause of a failure (a full disk,
 * a file system that is not reachable) seldom disappears at once.
 *
 * @param firstWait the wait before the second attempt
 * @param longestWait the upper limit of every wait
 */
public record RetryPolicy(Duration firstWait, Duration longestWait) {

  /** The end states that a retry may follow. Nobody needs a cancelled or dropped job any more. */
  public static final Set<JobState> RETRYABLE_ENDS =
      Arrays.stream(JobState.values())
          .filter(state -> state.isEnd() && !state.isUnwanted())
          .collect(Collectors.toUnmodifiableSet());

  /** Whether a job whose attempt failed gets another attempt. */
  public static boolean allowsRetry(JobState end, int attempt, int maxattempts) {
    return attempt < maxattempts && RETRYABLE_ENDS.contains(end);
  }

  /**
   * Whether a job that failed for good should be looked at by people: it failed at each of several
   * attempts, so that the cause will not disappear by itself.
   */
  public static boolean needsReprocessing(JobState end, int maxattempts) {
    return maxattempts > 1 && RETRYABLE_ENDS.contains(end);
  }

  /** The time at which an attempt may start; null for a first attempt, which does not wait. */
  public @Nullable Instant notBefore(int attempt, Instant now) {
    if (attempt <= 1) {
      return null;
    }
    Duration wait = firstWait;
    for (int i = 2; i < attempt && wait.compareTo(longestWait) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return now.plus(wait.compareTo(longestWait) < 0 ? wait : longestWait);
  }
}
