package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutageAwareTimerTest {

  private static final Duration CONFIRM = Duration.ofSeconds(5);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final OutageAwareTimer timer = new OutageAwareTimer(START, Duration.ofSeconds(3));

  private Instant at(int second) {
    return START.plusSeconds(second);
  }

  private void succeeds(int from, int to) {
    for (int second = from; second <= to; second++) {
      timer.succeeded(at(second));
    }
  }

  @Test
  void after_the_start_the_whole_time_has_to_pass() {
    succeeds(1, 4);
    assertThat(timer.upFor(CONFIRM, at(4))).isFalse();
    succeeds(5, 5);
    assertThat(timer.upFor(CONFIRM, at(5))).isTrue();
  }

  @Test
  void after_an_outage_the_whole_time_has_to_pass_again() {
    succeeds(1, 20);
    assertThat(timer.upFor(CONFIRM, at(20))).isTrue();
    assertThat(timer.upFor(CONFIRM, at(24))).as("nothing answers").isFalse();
    succeeds(30, 34);
    assertThat(timer.upFor(CONFIRM, at(34))).isFalse();
    succeeds(35, 35);
    assertThat(timer.upFor(CONFIRM, at(35))).isTrue();
  }

  @Test
  void a_short_gap_is_no_outage() {
    succeeds(1, 20);
    assertThat(timer.upFor(CONFIRM, at(23))).isTrue();
    timer.succeeded(at(23));
    assertThat(timer.upFor(CONFIRM, at(24))).isTrue();
  }
}
