package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpanTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant DISPATCHED = NOW.minusSeconds(100);

  private static Span span(
      @Nullable Instant started, @Nullable Instant from, @Nullable Instant until) {
    UUID uuid = new UUID(2, 2);
    UUID pilot = new UUID(1, 1);
    Job job =
        new Job(
            uuid,
            null,
            null,
            "default",
            started == null ? JobState.DISPATCHED : JobState.RUNNING,
            1,
            null,
            null,
            NOW.minusSeconds(200),
            NOW,
            DISPATCHED,
            started,
            new Holder(pilot, 0, 7, "s", Map.of(), null, null, null),
            null,
            false);
    Report report = new Report(uuid, 7, pilot, JobState.FINISHED, 0, null, null, from, until);
    return Span.of(job, report, NOW);
  }

  @Test
  void the_pilot_measures_and_the_broker_says_when() {
    Instant wrong = NOW.plusSeconds(5_000);
    assertThat(span(NOW.minusSeconds(50), wrong, wrong.plusSeconds(20)))
        .isEqualTo(new Span(NOW.minusSeconds(50), NOW.minusSeconds(30)));
    assertThat(span(null, wrong, wrong.plusSeconds(20)))
        .isEqualTo(new Span(NOW.minusSeconds(20), NOW));
  }

  @Test
  void a_duration_that_is_longer_than_what_passed_is_cut() {
    assertThat(span(NOW.minusSeconds(50), NOW, NOW.plusSeconds(60)))
        .isEqualTo(new Span(NOW.minusSeconds(50), NOW));
    assertThat(span(null, NOW, NOW.plusSeconds(101))).isEqualTo(new Span(DISPATCHED, NOW));
  }

  @Test
  void times_that_no_clock_shows_are_cut_likewise() {
    Instant last = Instant.parse("+1000000000-12-31T23:59:59Z");
    assertThat(span(NOW.minusSeconds(50), Instant.EPOCH, last))
        .isEqualTo(new Span(NOW.minusSeconds(50), NOW));
    assertThat(span(null, Instant.MIN, Instant.MAX)).isEqualTo(new Span(DISPATCHED, NOW));
    assertThat(span(NOW.minusSeconds(50), last, Instant.EPOCH))
        .isEqualTo(new Span(NOW.minusSeconds(50), NOW));
  }
}
