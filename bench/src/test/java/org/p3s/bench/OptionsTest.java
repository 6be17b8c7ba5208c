package org.p3s.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {

  private static Options options(String... words) {
    return Options.of(List.of(words), Set.of("--peers"), Set.of("--pilots", "--rate"));
  }

  @Test
  void numbers_stand_in_order_and_options_anywhere() {
    Options options = options("7", "--pilots", "50", "8", "--peers");
    assertThat(options.number(0, 1)).isEqualTo(7);
    assertThat(options.number(1, 1)).isEqualTo(8);
    assertThat(options.number(2, 1)).isEqualTo(1);
    assertThat(options.named("--pilots", 200)).isEqualTo(50);
    assertThat(options.named("--rate", 100)).isEqualTo(100);
    assertThat(options.has("--peers")).isTrue();
  }

  @Test
  void what_is_no_number_and_no_option_is_refused() {
    assertThatThrownBy(() -> options("--pilot", "50")).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> options("--pilots")).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> options("-3")).isInstanceOf(NumberFormatException.class);
  }
}
