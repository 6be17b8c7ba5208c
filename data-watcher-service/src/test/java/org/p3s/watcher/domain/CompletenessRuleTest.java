package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.watcher.TestWatches.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CompletenessRuleTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private static PendingFile file(long size, int unchangedSeconds) {
    Instant since = NOW.minusSeconds(unchangedSeconds);
    return PendingFile.checked(null, new FileSnapshot(size, since), since);
  }

  private static Optional<Instant> nextCheck(WatchBuilder watch, PendingFile file) {
    return CompletenessRule.nextCheck(watch.build(), file, false, NOW);
  }

  @Test
  void a_file_is_complete_at_the_end_of_its_quiet_period() {
    WatchBuilder watch = watch().quietPeriod(FIVE_SECONDS);
    assertThat(nextCheck(watch, file(10, 3))).contains(NOW.plusSeconds(2));
    assertThat(nextCheck(watch, file(10, 5))).isEmpty();
  }

  @Test
  void with_quiet_period_zero_a_file_is_complete_when_it_is_seen() {
    assertThat(nextCheck(watch(), file(10, 0))).isEmpty();
  }

  @Test
  void a_file_that_is_too_small_is_checked_again() {
    assertThat(nextCheck(watch().minSize(10), file(9, 0))).isPresent();
    assertThat(nextCheck(watch().minSize(10), file(10, 0))).isEmpty();
  }

  @Test
  void a_file_that_is_too_young_waits_until_it_has_its_minimum_age() {
    WatchBuilder watch = watch().minAge(Duration.ofSeconds(60));
    assertThat(nextCheck(watch, file(10, 20))).contains(NOW.plusSeconds(40));
    assertThat(nextCheck(watch, file(10, 60))).isEmpty();
  }

  @Test
  void a_modification_time_in_the_future_delays_a_file_only_if_there_is_a_minimum_age() {
    FileSnapshot future = new FileSnapshot(10, NOW.plusSeconds(3600));
    PendingFile file = PendingFile.checked(null, future, NOW);
    assertThat(nextCheck(watch(), file)).isEmpty();
    assertThat(nextCheck(watch().minAge(Duration.ofSeconds(1)), file))
        .contains(NOW.plusSeconds(3601));
  }

  @Test
  void if_the_watch_has_a_marker_only_the_marker_counts() {
    Watch watch = watch().quietPeriod(FIVE_SECONDS).marker(".done").build();
    assertThat(CompletenessRule.nextCheck(watch, file(10, 60), false, NOW)).isPresent();
    assertThat(CompletenessRule.nextCheck(watch, file(10, 0), true, NOW)).isEmpty();
  }
}
