package org.p3s.pilot.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogTailTest {

  private final LogTail tail = new LogTail();

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tail.add(bytes, bytes.length);
  }

  @Test
  void it_holds_exactly_the_last_bytes_in_whatever_pieces_they_come() {
    byte[] all = new byte[300_000];
    new Random(7).nextBytes(all);
    Random sizes = new Random(8);
    int at = 0;
    while (at < all.length) {
      int n = Math.min(all.length - at, 1 + sizes.nextInt(sizes.nextBoolean() ? 100 : 100_000));
      byte[] piece = java.util.Arrays.copyOfRange(all, at, at + n);
      tail.add(piece, n);
      at += n;
      LogTail.Piece kept = tail.from(0);
      assertThat(kept.bytes().length).isLessThanOrEqualTo(LogTail.MAX_BYTES);
      assertThat(kept.bytes().length).isGreaterThanOrEqualTo(Math.min(at, LogTail.MAX_BYTES));
      assertThat(kept.bytes()).isEqualTo(java.util.Arrays.copyOfRange(all, (int) kept.from(), at));
    }
    assertThat(tail.total()).isEqualTo(all.length);
    assertThat(tail.from(all.length - 5).bytes()).hasSize(5);
    assertThat(tail.from(all.length).bytes()).isEmpty();
  }

  @Test
  void a_character_that_is_cut_is_left_out_and_invalid_utf_8_is_replaced() {
    add("€".repeat(30_000));
    assertThat(tail.text()).matches("€+").hasSize(LogTail.MAX_BYTES / 3);
    tail.add(new byte[] {0, (byte) 0xFF}, 2);
    assertThat(tail.text()).endsWith("€\uFFFD\uFFFD");
    assertThat(tail.text().getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(LogTail.MAX_BYTES);
  }
}
