package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunIntervalTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant DISPATCHED = NOW.minusSeconds(100);

  private static RunInterval interval(
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
    FinishReport report =
        new FinishReport(uuid, 7, pilot, JobState.FINISHED, 0, null, null, from, until);
    return RunInterval.of(job, report, NOW);
  }

  @Test
  void the_duration_is_by_the_pilot_and_the_times_by_the_broker() {
    Instant wrong = NOW.plusSeconds(5_000);
    assertThat(interval(NOW.minusSeconds(50), wrong, wrong.plusSeconds(20)))
        .isEqualTo(new RunInterval(NOW.minusSeconds(50), NOW.minusSeconds(30)));
    assertThat(interval(null, wrong, wrong.plusSeconds(20)))
        .isEqualTo(new RunInterval(NOW.minusSeconds(20), NOW));
  }

  @Test
  void a_duration_that_is_longer_than_the_time_since_the_dispatch_is_cut() {
    assertThat(interval(NOW.minusSeconds(50), NOW, NOW.plusSeconds(60)))
        .isEqualTo(new RunInterval(NOW.minusSeconds(50), NOW));
    assertThat(interval(null, NOW, NOW.plusSeconds(101)))
        .isEqualTo(new RunInterval(DISPATCHED, NOW));
  }

  @Test
  void impossible_times_are_cut() {
    Instant last = Instant.parse("+1000000000-12-31T23:59:59Z");
    assertThat(interval(NOW.minusSeconds(50), Instant.EPOCH, last))
        .isEqualTo(new RunInterval(NOW.minusSeconds(50), NOW));
    assertThat(interval(null, Instant.MIN, Instant.MAX))
        .isEqualTo(new RunInterval(DISPATCHED, NOW));
    assertThat(interval(NOW.minusSeconds(50), last, Instant.EPOCH))
        .isEqualTo(new RunInterval(NOW.minusSeconds(50), NOW));
  }
}
