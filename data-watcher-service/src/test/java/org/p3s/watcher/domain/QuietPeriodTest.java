package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QuietPeriodTest {

  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  private static PendingFile check(
      @Nullable PendingFile before, long size, Instant mtime, int second) {
    return PendingFile.checked(before, new FileSnapshot(size, mtime), START.plusSeconds(second));
  }

  @Test
  void the_default_is_five_seconds() {
    assertThat(QuietPeriod.DEFAULT).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void it_starts_when_the_file_is_seen_first() {
    // The modification time is of the past, and may come from another clock.
    PendingFile file = check(null, 10, START.minusSeconds(3600), 0);
    assertThat(QuietPeriod.end(Duration.ofSeconds(5), file)).isEqualTo(START.plusSeconds(5));
  }

  @Test
  void it_starts_again_when_the_size_or_the_modification_time_changes() {
    PendingFile first = check(null, 10, START, 0);
    PendingFile same = check(first, 10, START, 1);
    PendingFile larger = check(same, 11, START, 2);
    PendingFile later = check(larger, 11, START.plusSeconds(1), 3);
    assertThat(same.unchangedSince()).isEqualTo(START);
    assertThat(larger.unchangedSince()).isEqualTo(START.plusSeconds(2));
    assertThat(later.unchangedSince()).isEqualTo(START.plusSeconds(3));
    assertThat(later.firstSeen()).isEqualTo(START);
  }
}
