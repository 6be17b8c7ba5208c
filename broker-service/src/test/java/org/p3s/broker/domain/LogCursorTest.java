package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.LogCursor.Piece;

class LogCursorTest {

  private final LogCursor cursor = new LogCursor();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void each_byte_comes_once_even_if_pieces_overlap() {
    assertThat(cursor.take(0, utf8("abc"), false)).isEqualTo(new Piece(0, "abc"));
    assertThat(cursor.take(1, utf8("bcd"), false)).isEqualTo(new Piece(0, "d"));
    assertThat(cursor.take(0, utf8("ab"), false)).isNull();
    assertThat(cursor.offset()).isEqualTo(4);
  }

  @Test
  void bytes_that_were_left_out_are_counted() {
    assertThat(cursor.take(10, utf8("x"), false)).isEqualTo(new Piece(10, "x"));
    assertThat(cursor.take(20, utf8("y"), false)).isEqualTo(new Piece(9, "y"));
  }

  @Test
  void a_character_that_is_cut_in_two_comes_as_one() {
    byte[] euro = utf8("€");
    assertThat(cursor.take(0, new byte[] {'a', euro[0]}, false)).isEqualTo(new Piece(0, "a"));
    assertThat(cursor.take(2, new byte[] {euro[1]}, false)).isNull();
    assertThat(cursor.take(3, new byte[] {euro[2], 'b'}, false)).isEqualTo(new Piece(0, "€b"));
  }

  @Test
  void half_a_character_at_the_end_is_replaced() {
    byte[] cut = {'a', utf8("€")[0]};
    assertThat(cursor.take(0, cut, false)).isEqualTo(new Piece(0, "a"));
    assertThat(cursor.take(2, new byte[0], true)).isEqualTo(new Piece(0, "\uFFFD"));
  }

  @Test
  void bytes_that_are_no_text_are_replaced() {
    assertThat(cursor.take(0, new byte[] {'a', 0, (byte) 0xFF, (byte) 0x80, 'b'}, false))
        .isEqualTo(new Piece(0, "a\uFFFD\uFFFD\uFFFDb"));
  }

  @Test
  void the_stored_log_completes_what_was_sent() {
    cursor.take(0, utf8("one\ntwo\n"), false);
    assertThat(cursor.restOf("one\ntwo\nthree\n")).isEqualTo(new Piece(0, "three\n"));
    assertThat(cursor.restOf("one\ntwo\n")).isNull();
    assertThat(cursor.restOf("other")).isEqualTo(new Piece(LogCursor.UNKNOWN, "other"));
  }

  @Test
  void if_nothing_was_sent_the_whole_stored_log_comes() {
    assertThat(cursor.restOf("all\n")).isEqualTo(new Piece(0, "all\n"));
    assertThat(cursor.restOf(null)).isNull();
  }

  @Test
  void another_attempt_starts_at_offset_zero() {
    cursor.take(0, utf8("abc"), false);
    cursor.restart();
    assertThat(cursor.take(0, utf8("abc"), false)).isEqualTo(new Piece(0, "abc"));
  }
}
