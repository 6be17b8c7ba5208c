package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final RetryPolicy POLICY =
      new RetryPolicy(Duration.ofSeconds(5), Duration.ofMinutes(1));

  @Test
  void a_first_attempt_does_not_wait() {
    assertThat(POLICY.notBefore(1, NOW)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"2, 5", "3, 10", "4, 20", "5, 40", "6, 60", "7, 60", "100, 60"})
  void each_wait_is_twice_as_long_as_the_one_before_up_to_the_limit(int attempt, int seconds) {
    assertThat(POLICY.notBefore(attempt, NOW)).isEqualTo(NOW.plusSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "FINISHED, 1, 2, true",
    "FINISHED, 2, 2, false",
    "TIMELIMIT, 1, 2, true",
    "PILOT_TIMEOUT, 1, 2, true",
    "NONSTARTER, 1, 2, true",
    "KILLED, 1, 2, true",
    "CANCELLED, 1, 2, false",
    "DROPPED, 1, 2, false"
  })
  void a_retry_needs_an_attempt_that_is_left_and_a_job_that_is_wanted(
      JobState end, int attempt, int maxattempts, boolean allowed) {
    assertThat(RetryPolicy.allowsRetry(end, attempt, maxattempts)).isEqualTo(allowed);
  }

  @Test
  void only_a_job_that_failed_at_several_attempts_needs_reprocessing() {
    assertThat(RetryPolicy.needsReprocessing(JobState.FINISHED, 2)).isTrue();
    assertThat(RetryPolicy.needsReprocessing(JobState.FINISHED, 1)).isFalse();
    assertThat(RetryPolicy.needsReprocessing(JobState.CANCELLED, 2)).isFalse();
  }
}
