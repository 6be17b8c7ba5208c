package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Random;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*            | a.raw           | true",
        "*.raw        | a.raw           | true",
        "*.raw        | a.raw.part      | false",
        "*.raw        | araw            | false",
        "run???.raw   | run123.raw      | true",
        "run???.raw   | run12.raw       | false",
        "*.{raw,root} | a.root          | true",
        "*.{raw,root} | a.rot           | false",
        "run[0-4]*    | run3            | true",
        "run[!0-4]*   | run3            | false",
        "run[!0-4]*   | run7            | true",
        "[ab-]x       | -x              | true",
        "a\\*b        | a*b             | true",
        "a\\*b        | axb             | false",
        "a(1)+$.raw   | a(1)+$.raw      | true",
        "*            | .hidden         | false",
        "[.]*         | .hidden         | false",
        ".*           | .hidden         | true",
      })
  void a_pattern_is_a_glob_as_in_a_shell(String glob, String name, boolean matches) {
    assertThat(NamePattern.compile(glob).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a", "[a-", "{a", "{a,{b}}", "a\\", "[c-a]", "[a-c-e]", "[a/b]"})
  void a_wrong_pattern_is_refused(String glob) {
    assertThatThrownBy(() -> NamePattern.compile(glob)).isInstanceOf(PatternSyntaxException.class);
  }

  @Test
  void it_matches_what_a_glob_of_the_jdk_matches() {
    Random random = new Random(20261124);
    int valid = 0;
    for (int i = 0; i < 100_000; i++) {
      String glob = text(random, "aabbc*?[]{},!-^.+$", 8);
      // The JDK does not escape the end of a range.
      if (glob.contains("-[")) {
        continue;
      }
      PathMatcher expected = jdkGlob(glob);
      NamePattern pattern = namePattern(glob);
      assertThat(pattern == null).as(glob).isEqualTo(expected == null);
      if (pattern == null || expected == null) {
        continue;
      }
      valid++;
      for (int n = 0; n < 5; n++) {
        String name = "a" + text(random, "abc.-^!", 5);
        assertThat(pattern.matches(name))
            .as("%s matches %s", glob, name)
            .isEqualTo(expected.matches(Path.of(name)));
      }
    }
    assertThat(valid).isGreaterThan(10_000);
  }

  private static String text(Random random, String alphabet, int longest) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(longest) + 1;
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static @Nullable PathMatcher jdkGlob(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      return null;
    }
  }

  private static @Nullable NamePattern namePattern(String glob) {
    try {
      return NamePattern.compile(glob);
    } catch (PatternSyntaxException e) {
      return null;
    }
  }
}
