package org.p3s.standalone.system.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.standalone.system.history.HistoryAssertions.assertViolation;
import static org.p3s.standalone.system.history.HistoryAssertions.rightHistory;

import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobEnd;

/** Each rule of a job accepts a right history and finds a wrong one. */
class JobRulesTest {

  @Test
  void a_history_of_retries_holds() {
    HistoryBuilder history =
        new HistoryBuilder()
            .defined(1, 3)
            .dispatched(1)
            .running(1)
            .pilotEnded()
            .ended(JobEnd.PILOT_TIMEOUT, 1, null)
            .defined(2, 3)
            .dispatched(2)
            .reportAccepted(JobEnd.FINISHED, 2, 1)
            .ended(JobEnd.FINISHED, 2, 1)
            .defined(3, 3)
            .ended(JobEnd.DROPPED, 0, null);
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void a_job_that_never_ends_is_a_violation() {
    assertViolation(
        "every attempt ends exactly once",
        new HistoryBuilder().defined(1, 1).dispatched(1).running(1));
  }

  @Test
  void a_second_end_is_a_violation_even_if_it_is_the_same() {
    assertViolation("every attempt ends exactly once", rightHistory().ended(JobEnd.FINISHED, 5, 0));
    assertViolation(
        "every attempt ends exactly once", rightHistory().ended(JobEnd.PILOT_TIMEOUT, 5, null));
  }

  @Test
  void an_attempt_that_is_not_defined_or_defined_twice_is_a_violation() {
    assertViolation(
        "every attempt is defined exactly once",
        new HistoryBuilder().ended(JobEnd.DROPPED, 0, null));
    assertViolation("every attempt is defined exactly once", new HistoryBuilder().dispatched(4));
    assertViolation("every attempt is defined exactly once", rightHistory().defined(1, 1));
  }

  @Test
  void a_lease_that_does_not_increase_is_a_violation() {
    assertViolation(
        "leases of a job increase",
        new HistoryBuilder().defined(1, 1).dispatched(4).requeued(4).dispatched(4));
    assertViolation(
        "leases of a job increase",
        new HistoryBuilder()
            .defined(1, 2)
            .dispatched(4)
            .ended(JobEnd.FINISHED, 4, 1)
            .defined(2, 2)
            .dispatched(2));
  }

  @Test
  void progress_of_an_attempt_that_is_over_is_a_violation() {
    HistoryBuilder history =
        new HistoryBuilder()
            .defined(1, 2)
            .dispatched(1)
            .ended(JobEnd.FINISHED, 1, 1)
            .defined(2, 2)
            .dispatched(2);
    history.attempt = 1;
    assertViolation("leases of a job increase", history.running(1));
  }

  @Test
  void a_dispatch_while_another_lease_holds_the_job_is_a_violation() {
    assertViolation(
        "a job has one holder at a time",
        new HistoryBuilder().defined(1, 1).dispatched(1).dispatched(2));
    assertViolation(
        "a job has one holder at a time",
        new HistoryBuilder().defined(1, 1).dispatched(1).running(1).dispatched(2));
  }

  @Test
  void a_superseded_lease_that_runs_is_a_violation() {
    assertViolation(
        "a job has one holder at a time",
        new HistoryBuilder().defined(1, 1).dispatched(1).requeued(1).dispatched(2).running(1));
    assertViolation(
        "a job has one holder at a time",
        new HistoryBuilder().defined(1, 1).dispatched(1).requeued(1).running(1));
  }

  @Test
  void a_requeue_of_a_running_job_is_a_violation() {
    assertViolation(
        "a job has one holder at a time",
        new HistoryBuilder().defined(1, 1).dispatched(1).running(1).requeued(1));
  }

  @Test
  void an_end_by_a_superseded_lease_is_a_violation() {
    assertViolation(
        "an attempt ends with the lease that holds it",
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .requeued(1)
            .dispatched(2)
            .ended(JobEnd.FINISHED, 1, 0));
    assertViolation(
        "an attempt ends with the lease that holds it",
        new HistoryBuilder().defined(1, 1).dispatched(1).requeued(1).ended(JobEnd.FINISHED, 1, 0));
  }

  @Test
  void a_dispatch_after_the_end_is_a_violation() {
    assertViolation(
        "an attempt ends with the lease that holds it", rightHistory().requeued(5).dispatched(6));
    assertViolation(
        "an attempt ends with the lease that holds it",
        new HistoryBuilder().defined(1, 1).ended(JobEnd.CANCELLED, 0, null).dispatched(1));
  }

  @Test
  void an_accepted_report_that_is_contradicted_or_lost_is_a_violation() {
    String rule = "an end agrees with the accepted report";
    HistoryBuilder start =
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .running(1)
            .reportAccepted(JobEnd.FINISHED, 1, 0);
    assertViolation(rule, start);
    assertViolation(rule, start.ended(JobEnd.FINISHED, 1, 1));
    assertViolation(
        rule,
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .reportAccepted(JobEnd.FINISHED, 1, 0)
            .pilotEnded()
            .ended(JobEnd.PILOT_TIMEOUT, 1, null));
    assertViolation(
        rule,
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .reportAccepted(JobEnd.FINISHED, 1, 0)
            .requeued(1)
            .dispatched(2)
            .ended(JobEnd.FINISHED, 2, 0));
  }

  @Test
  void a_payload_stopped_by_a_cancel_may_end_as_cancelled_and_only_then() {
    HistoryBuilder cancelled =
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .running(1)
            .withdrawn(false)
            .reportAccepted(JobEnd.KILLED, 1, null)
            .ended(JobEnd.CANCELLED, 1, null);
    assertThat(cancelled.violations()).isEmpty();
    assertViolation(
        "an end agrees with the accepted report",
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .reportAccepted(JobEnd.KILLED, 1, null)
            .ended(JobEnd.CANCELLED, 1, null));
  }

  @Test
  void an_end_that_its_pilot_never_reported_is_a_violation() {
    HistoryBuilder history = new HistoryBuilder();
    history.observations.pilotReportsHere(history.pilot);
    assertViolation(
        "the end of a payload was reported by its pilot",
        history.defined(1, 1).dispatched(1).running(1).ended(JobEnd.FINISHED, 1, 0));
  }

  @Test
  void a_retry_that_is_not_allowed_is_a_violation() {
    String rule = "a retry is allowed and follows the end of the attempt before";
    assertViolation(
        rule,
        new HistoryBuilder()
            .defined(1, 1)
            .dispatched(1)
            .ended(JobEnd.FINISHED, 1, 1)
            .defined(2, 1));
    assertViolation(
        rule,
        new HistoryBuilder()
            .defined(1, 2)
            .dispatched(1)
            .ended(JobEnd.FINISHED, 1, 0)
            .defined(2, 2));
  }

  @Test
  void a_retry_before_the_end_of_the_attempt_before_is_a_violation() {
    String rule = "a retry is allowed and follows the end of the attempt before";
    assertViolation(rule, new HistoryBuilder().defined(1, 2).dispatched(1).defined(2, 2));
    HistoryBuilder history =
        new HistoryBuilder().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 1);
    assertViolation(rule, history.earlier(2).defined(2, 2));
    history =
        new HistoryBuilder().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 1).defined(2, 2);
    assertViolation(rule, history.earlier(4).dispatched(2));
  }

  @Test
  void a_missing_retry_is_a_violation() {
    String rule = "a failed job with attempts left is retried";
    assertViolation(
        rule, new HistoryBuilder().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 1));
    assertThat(
            new HistoryBuilder()
                .defined(1, 2)
                .dispatched(1)
                .ended(JobEnd.FINISHED, 1, 0)
                .violations())
        .isEmpty();
    assertThat(new HistoryBuilder().defined(1, 2).ended(JobEnd.DROPPED, 0, null).violations())
        .isEmpty();
  }

  @Test
  void a_retry_of_a_cancelled_job_is_a_violation() {
    assertViolation(
        "a cancelled job is not retried",
        new HistoryBuilder()
            .defined(1, 2)
            .dispatched(1)
            .running(1)
            .withdrawn(false)
            .ended(JobEnd.FINISHED, 1, 1)
            .defined(2, 2)
            .ended(JobEnd.DROPPED, 0, null));
  }
}
