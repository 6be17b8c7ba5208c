package org.p3s.watcher.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HintsTest {

  private final AtomicInteger rings = new AtomicInteger();

  private static Set<Path> files(Path dir, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> dir.resolve("f" + i))
        .collect(Collectors.toSet());
  }

  @Test
  void what_is_told_while_nobody_takes_is_one_hint_and_one_ring(@TempDir Path dir)
      throws IOException {
    try (Hints hints = new Hints(rings::incrementAndGet)) {
      for (int i = 0; i < 100; i++) {
        hints.tell(dir, files(dir, i, i + 1), false);
      }
      assertThat(rings).hasValue(1);
      assertThat(hints.take()).containsExactly(new Hints.Told(dir, files(dir, 0, 100), false));
      assertThat(hints.take()).isEmpty();
      hints.tell(dir, files(dir, 0, 1), false);
      assertThat(rings).hasValue(2);
    }
  }

  @Test
  void directories_are_told_apart(@TempDir Path dir) throws IOException {
    try (Hints hints = new Hints(rings::incrementAndGet)) {
      hints.tell(dir, files(dir, 0, 1), false);
      hints.tell(dir.resolve("sub"), Set.of(), true);
      assertThat(hints.take())
          .containsExactlyInAnyOrder(
              new Hints.Told(dir, files(dir, 0, 1), false),
              new Hints.Told(dir.resolve("sub"), Set.of(), true));
    }
  }

  @Test
  void too_many_files_to_name_and_a_lost_event_ask_for_the_whole_directory(@TempDir Path dir)
      throws IOException {
    try (Hints hints = new Hints(rings::incrementAndGet)) {
      hints.tell(dir, files(dir, 0, 10_001), false);
      hints.tell(dir, files(dir, 0, 1), false);
      assertThat(hints.take()).containsExactly(new Hints.Told(dir, Set.of(), true));
      hints.tell(dir, files(dir, 0, 1), true);
      assertThat(hints.take()).extracting(Hints.Told::all).isEqualTo(List.of(true));
    }
  }

  @Test
  void a_file_in_a_directory_that_is_listened_to_rings(@TempDir Path dir) throws IOException {
    try (Hints hints = new Hints(rings::incrementAndGet)) {
      hints.start();
      hints.listenTo(dir);
      Path file = Files.writeString(dir.resolve("new.raw"), "x");
      await().untilAtomic(rings, org.hamcrest.Matchers.greaterThan(0));
      assertThat(hints.take().get(0).files()).contains(file);
    }
  }
}
