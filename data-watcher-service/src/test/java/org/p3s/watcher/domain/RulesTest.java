package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RulesTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private static Watch watch(Duration quiet, @Nullable String marker, double fraction) {
    return new Watch(
        "w",
        "/d",
        "*",
        false,
        quiet,
        marker,
        10,
        Duration.ZERO,
        fraction,
        null,
        List.of("g"),
        null,
        null,
        null,
        "keep",
        null,
        "u");
  }

  private static Rules.Sight sight(long size, Instant since, boolean marked) {
    return new Rules.Sight("f", size, since, since, marked);
  }

  @Test
  void a_file_is_whole_when_it_stood_still_for_the_quiet_period() {
    Watch watch = watch(Duration.ofSeconds(5), null, 1);
    assertThat(Rules.lookAgain(watch, sight(10, NOW.minusSeconds(3), false), NOW))
        .contains(NOW.plusSeconds(2));
    assertThat(Rules.lookAgain(watch, sight(10, NOW.minusSeconds(5), false), NOW)).isEmpty();
  }

  @Test
  void with_quiet_period_zero_a_file_is_taken_as_it_is_seen() {
    assertThat(Rules.lookAgain(watch(Duration.ZERO, null, 1), sight(10, NOW, false), NOW))
        .isEmpty();
  }

  @Test
  void a_file_that_is_too_small_waits() {
    assertThat(Rules.lookAgain(watch(Duration.ZERO, null, 1), sight(9, NOW, false), NOW))
        .isPresent();
  }

  @Test
  void with_a_marker_only_the_marker_counts() {
    Watch watch = watch(Duration.ofSeconds(5), ".done", 1);
    assertThat(Rules.lookAgain(watch, sight(10, NOW.minusSeconds(60), false), NOW)).isPresent();
    assertThat(Rules.lookAgain(watch, sight(10, NOW, true), NOW)).isEmpty();
  }

  @Test
  void the_share_that_is_taken_is_right_and_the_same_every_time() {
    Watch watch = watch(Duration.ZERO, null, 0.25);
    List<Boolean> once = chosen(watch);
    assertThat(chosen(watch)).isEqualTo(once);
    assertThat(once.stream().filter(c -> c).count() / 10_000.0).isCloseTo(0.25, within(0.02));
  }

  private static List<Boolean> chosen(Watch watch) {
    return IntStream.range(0, 10_000)
        .mapToObj(i -> Rules.chosen(watch, "np04_raw_run%06d_0001_dl1.raw".formatted(i)))
        .toList();
  }

  @Test
  void run_and_subrun_are_read_from_the_name() {
    assertThat(Rules.run("np04_raw_run005141_0001_dl1.raw"))
        .isEqualTo(new Rules.RunNumber(5141L, 1L));
    assertThat(Rules.run("run5077.root")).isEqualTo(new Rules.RunNumber(5077L, null));
    assertThat(Rules.run("calibration.txt")).isEqualTo(new Rules.RunNumber(null, null));
  }
}
