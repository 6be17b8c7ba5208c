package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final RetryPolicy POLICY = new RetryPolicy(Duration.ofSeconds(5), Duration.ofMinutes(1));

  @Test
  void a_first_attempt_does_not_wait() {
    assertThat(POLICY.before(1, NOW)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"2, 5", "3, 10", "4, 20", "5, 40", "6, 60", "7, 60", "100, 60"})
  void each_wait_is_twice_the_one_before_up_to_the_most(int attempt, int seconds) {
    assertThat(POLICY.before(attempt, NOW)).isEqualTo(NOW.plusSeconds(seconds));
  }
}
