package org.p3s.pilots.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LivenessTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration BEAT = Duration.ofSeconds(5);

  private final Liveness liveness = new Liveness(4, START, BEAT);

  private boolean lostAfterTicks(Instant lastBeat, int from, int to) {
    for (int i = from; i <= to; i++) {
      liveness.tick(START.plusSeconds(i));
    }
    return liveness.isLost(lastBeat, BEAT, START.plusSeconds(to));
  }

  @Test
  void four_missed_beats_make_a_pilot_lost_and_not_one_second_less() {
    assertThat(lostAfterTicks(START, 0, 20)).isFalse();
    assertThat(lostAfterTicks(START, 21, 21)).isTrue();
  }

  @Test
  void a_slower_site_has_more_time() {
    lostAfterTicks(START, 0, 60);
    assertThat(liveness.isLost(START, Duration.ofSeconds(20), START.plusSeconds(60))).isFalse();
  }

  @Test
  void time_in_which_the_service_was_away_does_not_count() {
    lostAfterTicks(START, 0, 3);
    assertThat(lostAfterTicks(START, 300, 320)).isFalse();
    assertThat(lostAfterTicks(START, 321, 321)).isTrue();
  }

  @Test
  void a_beat_from_before_the_start_counts_from_the_start() {
    assertThat(lostAfterTicks(START.minusSeconds(3600), 0, 20)).isFalse();
  }

  @Test
  void a_stall_of_the_service_loses_no_pilot_however_fast_its_beats() {
    Duration fast = Duration.ofSeconds(1);
    for (int stall = 1_000; stall < 20_000; stall += 100) {
      Liveness each = Liveness.tickedEach(Duration.ofSeconds(1), 4, START);
      for (int i = 0; i <= 10; i++) {
        each.tick(START.plusSeconds(i));
      }
      // The last beat came just after the tick before, the stall began just before the next one.
      Instant lastBeat = START.plusMillis(9_900);
      Instant now = START.plusMillis(10_900 + stall);
      each.tick(now);
      assertThat(each.isLost(lastBeat, fast, now)).as("a stall of %d ms", stall).isFalse();
    }
  }
}
