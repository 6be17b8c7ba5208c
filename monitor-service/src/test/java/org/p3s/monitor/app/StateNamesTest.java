package org.p3s.monitor.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StateNamesTest {

  @Test
  void states_have_the_names_that_users_write() {
    assertThat(StateNames.OF_JOBS)
        .containsExactly(
            "cancelled",
            "defined",
            "dispatched",
            "dropped",
            "finished",
            "killed",
            "nonstarter",
            "pilot-timeout",
            "running",
            "timelimit");
    assertThat(StateNames.OF_WORKFLOWS)
        .containsExactly("cancelled", "failed", "finished", "running", "template");
    assertThat(StateNames.OF_FILES).containsExactly("arrived", "failed", "processed");
  }
}
