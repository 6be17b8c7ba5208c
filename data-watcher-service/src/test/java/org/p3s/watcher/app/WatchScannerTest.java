package org.p3s.watcher.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.watcher.TestWatches.watch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.Watch;
import org.p3s.watcher.domain.WatchBuilder;

/** Scans of a directory in memory, with a clock that the test moves. */
class WatchScannerTest {

  private final InMemoryStorage storage = new InMemoryStorage();
  private final InMemoryLedger ledger = new InMemoryLedger();
  private Instant now = Instant.parse("2026-11-24T10:00:00Z");

  /** Saves without a transaction and without events. */
  @SuppressWarnings("NullAway")
  private final ArrivalRecorder arrivals =
      new ArrivalRecorder(null, ledger, new SimpleMeterRegistry()) {
        @Override
        Uni<Void> record(Watch watch, List<FileRecord> files) {
          ledger.save(files);
          return Uni.createFrom().voidItem();
        }
      };

  private WatchScanner scanner(WatchBuilder watch) {
    AfterActions afterActions = new AfterActions(storage, ledger);
    return new WatchScanner(watch.build(), storage, ledger, arrivals, afterActions, () -> now);
  }

  private void write(String name, long size) {
    storage.write("/data/" + name, size, now);
  }

  private FileState state(String name) {
    return ledger.file("/data/" + name).state();
  }

  private void wait(int seconds) {
    now = now.plusSeconds(seconds);
  }

  @Test
  void a_file_that_grows_is_seen_and_arrives_when_it_is_quiet() throws IOException {
    WatchScanner scanner = scanner(watch().quietPeriod(Duration.ofSeconds(5)));
    for (int size = 1; size <= 10; size++) {
      write("a.raw", size);
      scanner.checkChangedFiles(Set.of("/data/a.raw"));
      assertThat(scanner.checkDueFiles()).contains(now.plusSeconds(5));
      assertThat(state("a.raw")).isEqualTo(FileState.SEEN);
      wait(4);
      scanner.checkDueFiles();
    }
    assertThat(state("a.raw")).isEqualTo(FileState.SEEN);
    wait(1);
    assertThat(scanner.checkDueFiles()).isEmpty();
    assertThat(state("a.raw")).isEqualTo(FileState.ARRIVED);
    assertThat(ledger.file("/data/a.raw").completeAt()).isEqualTo(now);
  }

  @Test
  void a_file_that_changed_between_two_checks_waits_once_more() throws IOException {
    WatchScanner scanner = scanner(watch().quietPeriod(Duration.ofSeconds(5)));
    write("a.raw", 1);
    scanner.scan();
    wait(4);
    write("a.raw", 2);
    wait(1);
    assertThat(scanner.checkDueFiles()).contains(now.plusSeconds(5));
    assertThat(state("a.raw")).isEqualTo(FileState.SEEN);
  }

  @Test
  void a_marker_file_makes_its_file_arrive() throws IOException {
    WatchScanner scanner = scanner(watch().pattern("*.raw").marker(".done"));
    write("a.raw", 1);
    scanner.scan();
    assertThat(state("a.raw")).isEqualTo(FileState.SEEN);
    write("a.raw.done", 0);
    scanner.checkChangedFiles(Set.of("/data/a.raw.done"));
    assertThat(state("a.raw")).isEqualTo(FileState.ARRIVED);
    assertThat(ledger.files).containsOnlyKeys("/data/a.raw");
  }

  @Test
  void over_the_cap_files_wait_until_others_are_processed() throws IOException {
    WatchScanner scanner = scanner(watch().cap(1));
    write("a.raw", 1);
    scanner.scan();
    write("b.raw", 1);
    scanner.scan();
    assertThat(state("a.raw")).isEqualTo(FileState.ARRIVED);
    assertThat(state("b.raw")).isEqualTo(FileState.SEEN);
    assertThat(ledger.file("/data/b.raw").reason()).isEqualTo("cap");
    ledger.files.remove("/data/a.raw");
    storage.files().remove("/data/a.raw");
    scanner.scan();
    assertThat(state("b.raw")).isEqualTo(FileState.ARRIVED);
  }

  @Test
  void files_outside_of_the_fraction_are_skipped() throws IOException {
    write("a.raw", 1);
    scanner(watch().fraction(0)).scan();
    assertThat(state("a.raw")).isEqualTo(FileState.SKIPPED);
    assertThat(ledger.file("/data/a.raw").reason()).isEqualTo("fraction");
  }

  @Test
  void files_of_other_names_are_left_alone() throws IOException {
    WatchScanner scanner = scanner(watch().pattern("*.raw"));
    write("a.txt", 1);
    scanner.scan();
    scanner.checkChangedFiles(Set.of("/data/a.txt"));
    assertThat(ledger.files).isEmpty();
  }

  @Test
  void a_small_file_arrives_when_it_is_large_enough() throws IOException {
    WatchScanner scanner = scanner(watch().minSize(100));
    write("a.raw", 99);
    scanner.scan();
    assertThat(state("a.raw")).isEqualTo(FileState.SEEN);
    write("a.raw", 100);
    scanner.scan();
    assertThat(state("a.raw")).isEqualTo(FileState.ARRIVED);
  }
}
