package org.p3s.watcher.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p3s.watcher.app.FileStorage.DirectoryChange;

class PendingChangesTest {

  private final AtomicInteger calls = new AtomicInteger();
  private final PendingChanges changes = new PendingChanges(calls::incrementAndGet);

  private static Set<String> files(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "/data/f" + i).collect(Collectors.toSet());
  }

  private static DirectoryChange change(int from, int to) {
    return new DirectoryChange("/data", files(from, to), false);
  }

  private static DirectoryChange incomplete(String directory) {
    return new DirectoryChange(directory, Set.of(), true);
  }

  @Test
  void changes_that_are_not_taken_yet_are_collected_and_cause_one_call() {
    for (int i = 0; i < 100; i++) {
      changes.add(change(i, i + 1));
    }
    assertThat(calls).hasValue(1);
    assertThat(changes.takeAll()).containsExactly(change(0, 100));
    assertThat(changes.takeAll()).isEmpty();
    changes.add(change(0, 1));
    assertThat(calls).hasValue(2);
  }

  @Test
  void each_directory_has_its_own_change() {
    changes.add(change(0, 1));
    changes.add(incomplete("/data/sub"));
    assertThat(changes.takeAll()).containsExactlyInAnyOrder(change(0, 1), incomplete("/data/sub"));
  }

  @Test
  void too_many_files_and_lost_events_make_a_change_incomplete() {
    changes.add(change(0, 10_001));
    changes.add(change(0, 1));
    assertThat(changes.takeAll()).containsExactly(incomplete("/data"));
    changes.add(change(0, 1));
    changes.add(incomplete("/data"));
    assertThat(changes.takeAll()).isEqualTo(List.of(incomplete("/data")));
  }
}
