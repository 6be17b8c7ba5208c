package org.p3s.pilot.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamLogTest {

  private static final int KIB = 1024;

  @TempDir Path dir;

  private String written(int kib, long limitKib) throws Exception {
    Path file = dir.resolve("stdout.log");
    StreamLog log = new StreamLog(file, limitKib * KIB);
    for (int i = 0; i < kib; i++) {
      byte[] line = "%01023d\n".formatted(i).getBytes();
      log.write(line, line.length);
    }
    log.close();
    return Files.readString(file);
  }

  @Test
  void below_the_limit_the_file_has_all_of_the_output() throws Exception {
    for (int kib : new int[] {0, 1, 63, 64, 65, 100, 128}) {
      String text = written(kib, 128);
      assertThat(text).hasSize(kib * KIB).doesNotContain("left out");
      assertThat(text.lines().map(Integer::parseInt))
          .containsExactlyElementsOf(java.util.stream.IntStream.range(0, kib).boxed().toList());
    }
  }

  @Test
  void over_the_limit_the_middle_is_left_out_and_a_line_says_how_much() throws Exception {
    String text = written(1000, 128);
    assertThat(text.length()).isBetween(128 * KIB, 129 * KIB);
    assertThat(text).startsWith("0".repeat(100)).endsWith("999\n");
    assertThat(text)
        .contains(
            "[p3s pilot: " + (1000 - 128) * KIB + " bytes are left out here: the log is longer");
  }

  @Test
  void without_a_limit_nothing_is_left_out() throws Exception {
    assertThat(written(1000, 0)).hasSize(1000 * KIB);
  }
}
