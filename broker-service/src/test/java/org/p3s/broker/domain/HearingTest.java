package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HearingTest {

  private static final Duration CONFIRM = Duration.ofSeconds(5);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Hearing hearing = new Hearing(START, Duration.ofSeconds(3));

  private Instant at(int second) {
    return START.plusSeconds(second);
  }

  private void hears(int from, int to) {
    for (int second = from; second <= to; second++) {
      hearing.heard(at(second));
    }
  }

  @Test
  void after_a_start_pilots_have_their_time() {
    hears(1, 4);
    assertThat(hearing.forAll(CONFIRM, at(4))).isFalse();
    hears(5, 5);
    assertThat(hearing.forAll(CONFIRM, at(5))).isTrue();
  }

  @Test
  void an_outage_gives_them_their_time_again_from_its_end() {
    hears(1, 20);
    assertThat(hearing.forAll(CONFIRM, at(20))).isTrue();
    assertThat(hearing.forAll(CONFIRM, at(24))).as("nothing answers").isFalse();
    hears(30, 34);
    assertThat(hearing.forAll(CONFIRM, at(34))).isFalse();
    hears(35, 35);
    assertThat(hearing.forAll(CONFIRM, at(35))).isTrue();
  }

  @Test
  void a_short_pause_is_no_outage() {
    hears(1, 20);
    assertThat(hearing.forAll(CONFIRM, at(23))).isTrue();
    hearing.heard(at(23));
    assertThat(hearing.forAll(CONFIRM, at(24))).isTrue();
  }
}
