package org.p3s.pilot.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShellWordsTest {

  @Test
  void blanks_separate_words_and_quotes_keep_them_together() {
    assertThat(ShellWords.split("  grep -c 'a b' \"c d\"\te\\ f x'y'\"z\" "))
        .containsExactly("grep", "-c", "a b", "c d", "e f", "xyz");
  }

  @Test
  void an_empty_pair_of_quotes_is_an_empty_word() {
    assertThat(ShellWords.split("a '' \"\"")).containsExactly("a", "", "");
  }

  @Test
  void nothing_is_expanded() {
    assertThat(ShellWords.split("echo $HOME *.txt \"$X\" > out"))
        .containsExactly("echo", "$HOME", "*.txt", "$X", ">", "out");
  }

  @Test
  void in_double_quotes_a_backslash_escapes_only_quote_and_backslash() {
    assertThat(ShellWords.split("\"a\\\"b\\\\c\\d\" 'e\\f'")).containsExactly("a\"b\\c\\d", "e\\f");
  }

  @Test
  void quotes_that_are_not_closed_are_refused() {
    for (String bad : new String[] {"a 'b", "a \"b", "a\\"}) {
      assertThatThrownBy(() -> ShellWords.split(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
