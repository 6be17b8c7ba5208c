package org.p3s.pilots.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LivenessTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final Liveness liveness = new Liveness(4, START, PERIOD);

  private boolean lostAfterTicks(Instant lastHeartbeat, int from, int to) {
    for (int i = from; i <= to; i++) {
      liveness.tick(START.plusSeconds(i));
    }
    return liveness.isLost(lastHeartbeat, PERIOD, START.plusSeconds(to));
  }

  @Test
  void a_pilot_is_lost_after_four_missed_heartbeats_and_not_one_second_earlier() {
    assertThat(lostAfterTicks(START, 0, 20)).isFalse();
    assertThat(lostAfterTicks(START, 21, 21)).isTrue();
  }

  @Test
  void a_pilot_with_a_longer_period_may_be_silent_for_longer() {
    lostAfterTicks(START, 0, 60);
    assertThat(liveness.isLost(START, Duration.ofSeconds(20), START.plusSeconds(60))).isFalse();
  }

  @Test
  void time_in_which_the_service_stood_still_does_not_count() {
    lostAfterTicks(START, 0, 3);
    assertThat(lostAfterTicks(START, 300, 320)).isFalse();
    assertThat(lostAfterTicks(START, 321, 321)).isTrue();
  }

  @Test
  void a_heartbeat_from_before_the_start_counts_from_the_start() {
    assertThat(lostAfterTicks(START.minusSeconds(3600), 0, 20)).isFalse();
  }

  @Test
  void a_stall_of_the_service_makes_no_pilot_lost_however_short_its_period() {
    Duration shortPeriod = Duration.ofSeconds(1);
    for (int stall = 1_000; stall < 20_000; stall += 100) {
      Liveness ticked = Liveness.tickedEach(Duration.ofSeconds(1), 4, START);
      for (int i = 0; i <= 10; i++) {
        ticked.tick(START.plusSeconds(i));
      }
      // The last heartbeat came just before the last tick; the stall began just before the next
      // one.
      Instant lastHeartbeat = START.plusMillis(9_900);
      Instant now = START.plusMillis(10_900 + stall);
      ticked.tick(now);
      assertThat(ticked.isLost(lastHeartbeat, shortPeriod, now))
          .as("a stall of %d ms", stall)
          .isFalse();
    }
  }
}
