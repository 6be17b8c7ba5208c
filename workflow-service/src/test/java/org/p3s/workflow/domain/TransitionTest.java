package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole transition tables: from each state to those named, and to no other. */
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
            + " cancelled",
        "running       | defined finished timelimit pilot-timeout nonstarter killed cancelled",
        "finished      | -",
        "timelimit     | -",
        "pilot-timeout | -",
        "nonstarter    | -",
        "killed        | -",
        "cancelled     | -",
        "dropped       | -"
      })
  void a_job_goes(String from, String to) {
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
  void a_workflow_goes(String from, String to) {
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
  void a_dataset_goes(DatasetState from, String to) {
    assertThat(words(from.successors().stream().map(DatasetState::text).toList()))
        .isEqualTo(to == null ? "" : words(List.of(to.split(" "))));
  }

  @ParameterizedTest
  @EnumSource
  void the_text_of_a_job_state_reads_back(JobState state) {
    assertThat(JobState.of(state.text())).isEqualTo(state);
    assertThat(state.isEnd()).isEqualTo(state.successors().isEmpty());
  }

  @Test
  void tables_above_name_every_state() {
    assertThat(JobState.values()).hasSize(11);
    assertThat(WorkflowState.values()).hasSize(6);
    assertThat(DatasetState.values()).hasSize(4);
  }

  private static String words(List<String> words) {
    return words.stream().sorted().collect(Collectors.joining(" "));
  }
}
