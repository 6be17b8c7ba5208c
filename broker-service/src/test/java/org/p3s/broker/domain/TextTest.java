package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void a_tail_is_the_end_and_no_longer_than_allowed() {
    assertThat(Text.tail("0123456789", 4)).isEqualTo("6789");
    assertThat(Text.tail("0123", 4)).isEqualTo("0123");
    assertThat(Text.tail(null, 4)).isNull();
  }

  @Test
  void no_character_is_cut_in_two() {
    String tail = Text.tail("é".repeat(10), 5);
    assertThat(tail).isEqualTo("éé");
    String faces = Text.tail("😀".repeat(10), 9);
    assertThat(faces).isEqualTo("😀😀");
    assertThat(String.valueOf(faces).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(9);
  }

  @Test
  void a_nul_character_is_replaced() {
    assertThat(Text.withoutNul("a\0b")).isEqualTo("a\uFFFDb");
  }
}
