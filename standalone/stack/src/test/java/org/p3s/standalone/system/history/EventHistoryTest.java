package org.p3s.standalone.system.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.p3s.standalone.system.history.HistoryAssertions.assertViolation;
import static org.p3s.standalone.system.history.HistoryAssertions.rightHistory;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobEnd;

/** The checks of repeats, workflows and pilots accept a right history and find a wrong one. */
class EventHistoryTest {

  @Test
  void a_right_history_holds() {
    HistoryBuilder history = rightHistory();
    assertThat(history.violations()).isEmpty();
    assertThat(new EventHistory(history.events, history.observations).openJobs()).isEmpty();
  }

  @Test
  void repeats_of_a_record_count_once() {
    HistoryBuilder history =
        new HistoryBuilder()
            .defined(1, 1)
            .repeated()
            .dispatched(1)
            .repeated()
            .running(1)
            .repeated();
    assertThat(history.ended(JobEnd.KILLED, 1, null).repeated().repeated().violations()).isEmpty();
  }

  @Test
  void a_repeat_with_other_content_is_a_violation() {
    assertViolation(
        "a repeated record has the same content",
        rightHistory().ended(JobEnd.KILLED, 5, null).withIdOfEventBefore(1));
  }

  @Test
  void a_workflow_that_ends_twice_or_never_is_a_violation() {
    HistoryBuilder history = new HistoryBuilder();
    history.workflow = UUID.randomUUID();
    history.observations.workflowAccepted(history.workflow);
    assertViolation("a workflow ends exactly once", history);
    assertThat(history.workflowEnded().violations()).isEmpty();
    assertViolation("a workflow ends exactly once", history.workflowEnded());
  }

  @Test
  void an_accepted_job_without_a_definition_is_a_violation() {
    HistoryBuilder history = new HistoryBuilder();
    history.observations.jobAccepted(UUID.randomUUID());
    assertViolation("an accepted job is defined", history);
  }

  @Test
  void a_job_that_is_defined_in_a_workflow_that_ended_is_a_violation() {
    HistoryBuilder history = new HistoryBuilder();
    history.workflow = UUID.randomUUID();
    assertViolation(
        "no job is defined in a workflow that ended", history.workflowEnded().defined(1, 1));
  }

  @Test
  void a_pilot_that_ends_twice_is_a_violation() {
    assertViolation("a pilot ends once", new HistoryBuilder().pilotEnded().pilotEnded());
  }

  @Test
  void a_pilot_timeout_of_a_pilot_that_did_not_end_is_a_violation() {
    assertViolation(
        "a job ends as pilot-timeout only if its pilot ended",
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .running(1)
            .ended(JobEnd.PILOT_TIMEOUT, 1, null));
  }

  @Test
  void a_violation_names_rule_job_lease_times_and_events() {
    HistoryBuilder history = rightHistory().ended(JobEnd.PILOT_TIMEOUT, 5, null);
    assertThatThrownBy(() -> new EventHistory(history.events, history.observations).mustHold())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("every attempt ends exactly once=1")
        .hasMessageContaining(history.job.toString())
        .hasMessageContaining("DISPATCHED attempt 1 lease 3 pilot " + history.pilot)
        .hasMessageContaining("2026-01-01T00:00:0")
        .hasMessageContaining("ended pilot-timeout attempt 1 lease 5");
  }
}
