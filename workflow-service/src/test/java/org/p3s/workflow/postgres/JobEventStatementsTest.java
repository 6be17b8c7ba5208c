package org.p3s.workflow.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.p3s.workflow.domain.DatasetState;

class JobEventStatementsTest {

  @Test
  void a_file_becomes_ready_or_missing_unless_it_was_dropped() {
    assertThat(JobEventStatements.statesBefore(DatasetState.READY, DatasetState.MISSING))
        .isEqualTo("'expected', 'ready', 'missing'");
  }
}
