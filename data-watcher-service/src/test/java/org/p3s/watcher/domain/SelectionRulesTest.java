package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.p3s.watcher.TestWatches.watch;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionRulesTest {

  private static List<Boolean> isInFraction(double fraction) {
    SelectionRules rules = new SelectionRules(watch().fraction(fraction).build());
    return IntStream.range(0, 10_000)
        .mapToObj(i -> rules.isInFraction("np04_raw_run%06d_0001_dl1.raw".formatted(i)))
        .toList();
  }

  @Test
  void the_fraction_chooses_its_share_and_always_the_same_names() {
    List<Boolean> once = isInFraction(0.25);
    assertThat(isInFraction(0.25)).isEqualTo(once);
    assertThat(once.stream().filter(chosen -> chosen).count() / 10_000.0)
        .isCloseTo(0.25, within(0.02));
  }

  @Test
  void fraction_one_takes_all_files_and_fraction_zero_none() {
    assertThat(isInFraction(1)).containsOnly(true);
    assertThat(isInFraction(0)).containsOnly(false);
  }
}
