package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.p3s.broker.domain.JobState.CANCELLED;
import static org.p3s.broker.domain.JobState.DEFINED;
import static org.p3s.broker.domain.JobState.DISPATCHED;
import static org.p3s.broker.domain.JobState.DROPPED;
import static org.p3s.broker.domain.JobState.FINISHED;
import static org.p3s.broker.domain.JobState.KILLED;
import static org.p3s.broker.domain.JobState.NONSTARTER;
import static org.p3s.broker.domain.JobState.PILOT_TIMEOUT;
import static org.p3s.broker.domain.JobState.RUNNING;
import static org.p3s.broker.domain.JobState.TIMELIMIT;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class JobStateTest {

  private static final Set<JobState> ENDS_IN_A_PILOTS_HANDS =
      Set.of(FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED);

  /** All legal transitions. */
  private static final Map<JobState, Set<JobState>> TABLE =
      Map.of(
          DEFINED, Set.of(DISPATCHED, CANCELLED, DROPPED),
          DISPATCHED, plus(ENDS_IN_A_PILOTS_HANDS, DEFINED, RUNNING),
          RUNNING, ENDS_IN_A_PILOTS_HANDS);

  private static Set<JobState> plus(Set<JobState> some, JobState... more) {
    return Stream.concat(some.stream(), Stream.of(more))
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  static Stream<Arguments> pairs() {
    return Stream.of(JobState.values())
        .flatMap(from -> Stream.of(JobState.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void the_table_has_all_transitions(JobState from, JobState to) {
    assertThat(from.successors().contains(to))
        .isEqualTo(TABLE.getOrDefault(from, Set.of()).contains(to));
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void an_end_state_has_no_successor(JobState state) {
    assertThat(state.successors().isEmpty()).isEqualTo(state.isEnd());
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_state_is_read_from_its_text(JobState state) {
    assertThat(JobState.of(state.text())).isEqualTo(state);
  }

  @Test
  void an_unknown_state_is_named() {
    assertThatThrownBy(() -> JobState.of("pilotTO")).hasMessageContaining("pilotTO");
  }
}
