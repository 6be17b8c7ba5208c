package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationOptionTest {

  @Test
  void durations_have_a_unit_or_are_iso_8601_or_seconds() {
    assertThat(DurationOption.parse("90")).isEqualTo(Duration.ofSeconds(90));
    assertThat(DurationOption.parse("200ms")).isEqualTo(Duration.ofMillis(200));
    assertThat(DurationOption.parse("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(DurationOption.parse("PT1H")).isEqualTo(Duration.ofHours(1));
    assertThatThrownBy(() -> DurationOption.parse("soon")).hasMessageContaining("soon");
  }
}
