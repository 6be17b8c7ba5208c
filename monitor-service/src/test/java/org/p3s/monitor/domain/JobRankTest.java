package org.p3s.monitor.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.monitor.domain.JobRank.Step;

class JobRankTest {

  private static JobRank rank(int attempt, long lease, Step step) {
    return new JobRank(attempt, lease, step);
  }

  @Test
  void each_rank_of_a_usual_life_replaces_all_before_it() {
    List<JobRank> life =
        List.of(
            rank(1, 0, Step.DEFINED),
            rank(1, 1, Step.DISPATCHED),
            rank(1, 1, Step.REQUEUED),
            rank(1, 2, Step.DISPATCHED),
            rank(1, 2, Step.RUNNING),
            rank(1, 2, Step.ENDED),
            rank(2, 0, Step.DEFINED),
            rank(2, 3, Step.DISPATCHED),
            rank(2, 0, Step.ENDED));
    for (int i = 0; i < life.size(); i++) {
      for (int j = 0; j < life.size(); j++) {
        assertThat(life.get(i).replaces(life.get(j)))
            .as("%s replaces %s", life.get(i), life.get(j))
            .isEqualTo(i > j);
      }
    }
  }

  @Test
  void the_first_end_of_an_attempt_stays_whatever_lease_another_has() {
    assertThat(rank(1, 2, Step.ENDED).replaces(rank(1, 1, Step.ENDED))).isFalse();
    assertThat(rank(1, 2, Step.RUNNING).replaces(rank(1, 1, Step.ENDED))).isFalse();
  }

  @Test
  void the_end_of_a_job_that_no_pilot_held_replaces_the_progress_of_a_pilot() {
    assertThat(rank(1, 0, Step.ENDED).replaces(rank(1, 5, Step.RUNNING))).isTrue();
  }
}
