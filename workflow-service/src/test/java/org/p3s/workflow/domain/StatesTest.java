package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.workflow.domain.JobState.CANCELLED;
import static org.p3s.workflow.domain.JobState.DEFINED;
import static org.p3s.workflow.domain.JobState.DISPATCHED;
import static org.p3s.workflow.domain.JobState.DROPPED;
import static org.p3s.workflow.domain.JobState.FINISHED;
import static org.p3s.workflow.domain.JobState.KILLED;
import static org.p3s.workflow.domain.JobState.NONSTARTER;
import static org.p3s.workflow.domain.JobState.PILOT_TIMEOUT;
import static org.p3s.workflow.domain.JobState.RUNNING;
import static org.p3s.workflow.domain.JobState.TEMPLATE;
import static org.p3s.workflow.domain.JobState.TIMELIMIT;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole transition tables. */
class StatesTest {

  private static final Set<JobState> ENDS =
      EnumSet.of(FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED);

  private static final Map<JobState, Set<JobState>> MOVES =
      Map.of(
          TEMPLATE, EnumSet.of(DEFINED, FINISHED, CANCELLED),
          DEFINED, union(EnumSet.of(DISPATCHED, RUNNING), ENDS),
          DISPATCHED, without(union(EnumSet.of(DEFINED, RUNNING), ENDS), DROPPED),
          RUNNING, without(union(EnumSet.of(DEFINED), ENDS), DROPPED));

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_job_moves_as_the_table_says(JobState from) {
    assertThat(from.successors()).isEqualTo(MOVES.getOrDefault(from, Set.of()));
    assertThat(from.isEnd()).isEqualTo(ENDS.contains(from));
    assertThat(JobState.of(from.text())).isEqualTo(from);
  }

  @ParameterizedTest
  @EnumSource(WorkflowState.class)
  void a_workflow_that_ended_stays_as_it_is(WorkflowState state) {
    boolean end =
        EnumSet.of(WorkflowState.FINISHED, WorkflowState.FAILED, WorkflowState.CANCELLED)
            .contains(state);
    assertThat(state.isEnd()).isEqualTo(end);
    assertThat(WorkflowState.of(state.text())).isEqualTo(state);
  }

  private static Set<JobState> union(Set<JobState> a, Set<JobState> b) {
    EnumSet<JobState> all = EnumSet.copyOf(a);
    all.addAll(b);
    return all;
  }

  private static Set<JobState> without(Set<JobState> all, JobState one) {
    EnumSet<JobState> rest = EnumSet.copyOf(all);
    rest.remove(one);
    return rest;
  }
}
