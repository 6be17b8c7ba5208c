package org.p3s.pilots.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.pilots.domain.PilotState.ACTIVE;
import static org.p3s.pilots.domain.PilotState.DISPATCHED;
import static org.p3s.pilots.domain.PilotState.DRAINING;
import static org.p3s.pilots.domain.PilotState.NO_JOBS;
import static org.p3s.pilots.domain.PilotState.RUNNING;
import static org.p3s.pilots.domain.PilotState.STOPPED;
import static org.p3s.pilots.domain.PilotState.TIMEOUT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PilotStateTest {

  private static final List<PilotState> WORKING = List.of(ACTIVE, NO_JOBS, DISPATCHED, RUNNING);

  @ParameterizedTest
  @EnumSource
  void only_end_states_have_no_successor_and_no_state_follows_itself(PilotState state) {
    assertThat(state.successors().isEmpty()).isEqualTo(state.isEnd());
    assertThat(state.successors()).doesNotContain(state);
    assertThat(PilotState.of(state.text())).contains(state);
  }

  @Test
  void a_heartbeat_may_report_the_working_states_in_any_order() {
    for (PilotState present : WORKING) {
      for (PilotState reported : WORKING) {
        assertThat(HeartbeatTransition.after(present, reported)).isEqualTo(reported);
      }
      assertThat(HeartbeatTransition.after(present, DRAINING)).isEqualTo(DRAINING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_heartbeat_never_ends_a_pilot_and_never_brings_one_back(PilotState state) {
    assertThat(HeartbeatTransition.after(state, STOPPED)).isEqualTo(state);
    assertThat(HeartbeatTransition.after(state, TIMEOUT)).isEqualTo(state);
    assertThat(HeartbeatTransition.after(STOPPED, state)).isEqualTo(STOPPED);
    assertThat(HeartbeatTransition.after(TIMEOUT, state)).isEqualTo(TIMEOUT);
  }

  @Test
  void a_draining_pilot_that_still_runs_its_jobs_stays_draining() {
    for (PilotState reported : WORKING) {
      assertThat(HeartbeatTransition.after(DRAINING, reported)).isEqualTo(DRAINING);
    }
    assertThat(DRAINING.successors()).containsExactlyInAnyOrder(STOPPED, TIMEOUT);
  }

  @Test
  void the_database_has_the_same_values() throws IOException {
    assertThat(checked("pilot_state", "state"))
        .containsExactlyInAnyOrderElementsOf(texts(PilotState.values(), PilotState::text));
    assertThat(checked("pilot_status", "status"))
        .containsExactlyInAnyOrderElementsOf(texts(PilotStatus.values(), PilotStatus::name));
    assertThat(checked("pilot_command", "command"))
        .containsExactlyInAnyOrderElementsOf(texts(PilotCommand.values(), PilotCommand::text));
  }

  private static <T> List<String> texts(T[] values, Function<T, String> text) {
    return Stream.of(values).map(text).toList();
  }

  /** The values in the check constraint of that name. */
  private static List<String> checked(String constraint, String column) throws IOException {
    String sql =
        Files.readString(Path.of("src/main/resources/db/migration/V001__pilot_service.sql"));
    Matcher check =
        Pattern.compile(constraint + "\\s+CHECK \\(" + column + " IN \\(([^)]*)\\)").matcher(sql);
    assertThat(check.find()).as(constraint).isTrue();
    return Arrays.asList(check.group(1).replaceAll("['\\s]", "").split(","));
  }
}
