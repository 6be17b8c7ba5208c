package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The complete transition tables: each state may change to the listed states and to no other. */
class TransitionTest {

  @ParameterizedTest(name = "job: {0} -> {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "template      | defined finished cancelled",
        "defined       | dispatched running finished timelimit pilot-timeout nonstarter killed"
            + " cancelled dropped",
        "dispatched    | defined running finished timelimit pilot-timeout nonstarter killed"
            + " cancelled dropped",
        "running       | defined dispatched finished timelimit pilot-timeout nonstarter killed"
            + " cancelled dropped",
        "finished      | -",
        "timelimit     | -",
        "pilot-timeout | -",
        "nonstarter    | -",
        "killed        | -",
        "cancelled     | -",
        "dropped       | -"
      })
  void a_job_may_change_to(String from, String to) {
    assertThat(words(JobState.of(from).successors().stream().map(JobState::text).toList()))
        .isEqualTo(to == null ? "" : words(List.of(to.split(" "))));
  }

  @ParameterizedTest(name = "workflow: {0} -> {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "template  | defined cancelled",
        "defined   | running finished failed cancelled",
        "running   | finished failed cancelled",
        "finished  | -",
        "failed    | -",
        "cancelled | -"
      })
  void a_workflow_may_change_to(String from, String to) {
    assertThat(
            words(WorkflowState.of(from).successors().stream().map(WorkflowState::text).toList()))
        .isEqualTo(to == null ? "" : words(List.of(to.split(" "))));
  }

  @ParameterizedTest(name = "dataset: {0} -> {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "EXPECTED | ready missing dropped",
        "MISSING  | ready dropped",
        "READY    | missing dropped",
        "DROPPED  | -"
      })
  void a_dataset_may_change_to(DatasetState from, String to) {
    assertThat(words(from.successors().stream().map(DatasetState::text).toList()))
        .isEqualTo(to == null ? "" : words(List.of(to.split(" "))));
  }

  @ParameterizedTest
  @EnumSource
  void a_job_state_is_found_by_its_text(JobState state) {
    assertThat(JobState.of(state.text())).isEqualTo(state);
    assertThat(state.isEnd()).isEqualTo(state.successors().isEmpty());
  }

  @Test
  void the_tables_list_every_state() {
    assertThat(JobState.values()).hasSize(11);
    assertThat(WorkflowState.values()).hasSize(6);
    assertThat(DatasetState.values()).hasSize(4);
  }

  @Test
  void a_job_that_the_broker_knows_may_end_in_every_end_state() {
    // The statements that store ends and progress rely on this.
    Set<JobState> ends =
        Arrays.stream(JobState.values()).filter(JobState::isEnd).collect(Collectors.toSet());
    for (JobState active : List.of(JobState.DEFINED, JobState.DISPATCHED, JobState.RUNNING)) {
      assertThat(active.successors()).containsAll(ends);
    }
  }

  private static String words(List<String> words) {
    return words.stream().sorted().collect(Collectors.joining(" "));
  }
}
