package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileProgressTest {

  private static final UUID FILE = UUID.randomUUID();

  @ParameterizedTest
  @CsvSource({
    // A file of two DAGs: DAGs with an ended and with a finished workflow, and the new state.
    "ARRIVED, 0, 0,",
    "ARRIVED, 1, 1,",
    "ARRIVED, 2, 2, PROCESSED",
    "ARRIVED, 2, 1, FAILED",
    "ARRIVED, 2, 0, FAILED",
    "FAILED, 2, 1,",
    "FAILED, 2, 2, PROCESSED",
    "PROCESSED, 2, 2,",
    // These are not possible, and must not change anything.
    "PROCESSED, 2, 1,",
    "SEEN, 2, 2,",
    "SKIPPED, 2, 2,"
  })
  void a_file_ends_when_each_of_its_dags_has_a_workflow_that_ended(
      FileState state, long ended, long finished, @Nullable FileState expected) {
    FileProgress progress = new FileProgress(FILE, state, 2, ended, finished, AfterAction.MOVE);
    assertThat(progress.outcome().map(FileOutcome::state).orElse(null)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"2, MOVE", "1, KEEP"})
  void only_a_processed_file_is_moved(long finished, AfterAction expected) {
    FileProgress progress =
        new FileProgress(FILE, FileState.ARRIVED, 2, 2, finished, AfterAction.MOVE);
    assertThat(progress.outcome().orElseThrow().after()).isEqualTo(expected);
  }
}
