package org.p3s.watcher.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunNumberTest {

  @Test
  void run_and_subrun_are_read_from_the_file_name() {
    assertThat(RunNumber.ofFileName("np04_raw_run005141_0001_dl1.raw"))
        .isEqualTo(new RunNumber(5141L, 1L));
    assertThat(RunNumber.ofFileName("run5077.root")).isEqualTo(new RunNumber(5077L, null));
    assertThat(RunNumber.ofFileName("calibration.txt")).isEqualTo(new RunNumber(null, null));
  }
}
