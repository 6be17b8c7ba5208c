package org.p3s.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

  private static BenchOptions options(String... args) {
    return BenchOptions.of(List.of(args), Set.of("--peers"), Set.of("--pilots", "--rate"));
  }

  @Test
  void numbers_are_found_by_position_and_options_anywhere() {
    BenchOptions options = options("7", "--pilots", "50", "8", "--peers");
    assertThat(options.number(0, 1)).isEqualTo(7);
    assertThat(options.number(1, 1)).isEqualTo(8);
    assertThat(options.number(2, 1)).isEqualTo(1);
    assertThat(options.named("--pilots", 200)).isEqualTo(50);
    assertThat(options.named("--rate", 100)).isEqualTo(100);
    assertThat(options.has("--peers")).isTrue();
  }

  @Test
  void an_argument_that_is_neither_a_number_nor_an_option_is_refused() {
    assertThatThrownBy(() -> options("--pilot", "50")).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> options("--pilots")).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> options("-3")).isInstanceOf(NumberFormatException.class);
  }
}
