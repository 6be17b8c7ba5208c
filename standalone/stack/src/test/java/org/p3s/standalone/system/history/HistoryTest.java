package org.p3s.standalone.system.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.JobEnd;

/** Each rule is seen to let a right history pass and to catch a wrong one. */
class HistoryTest {

  private static Tale fine() {
    Tale tale = new Tale();
    tale.known.jobAccepted(tale.job);
    tale.known.pilotSpeaksHere(tale.pilot);
    return tale.defined(1, 1)
        .dispatched(3)
        .requeued(3)
        .dispatched(5)
        .running(5)
        .accepts(JobEnd.FINISHED, 5, 0)
        .ended(JobEnd.FINISHED, 5, 0);
  }

  private static void caught(String rule, Tale tale) {
    assertThat(tale.violations())
        .as("%s", tale.told)
        .anySatisfy(violation -> assertThat(violation).startsWith(rule));
  }

  @Test
  void a_right_history_holds() {
    Tale tale = fine();
    assertThat(tale.violations()).isEmpty();
    assertThat(new History(tale.told, tale.known).open()).isEmpty();
  }

  @Test
  void a_history_of_retries_holds() {
    Tale tale =
        new Tale()
            .defined(1, 3)
            .dispatched(1)
            .running(1)
            .pilotEnds()
            .ended(JobEnd.PILOT_TIMEOUT, 1, null)
            .defined(2, 3)
            .dispatched(2)
            .accepts(JobEnd.FINISHED, 2, 1)
            .ended(JobEnd.FINISHED, 2, 1)
            .defined(3, 3)
            .ended(JobEnd.DROPPED, 0, null);
    assertThat(tale.violations()).isEmpty();
  }

  @Test
  void repeats_of_a_record_count_once() {
    Tale tale = new Tale().defined(1, 1).again().dispatched(1).again().running(1).again();
    assertThat(tale.ended(JobEnd.KILLED, 1, null).again().again().violations()).isEmpty();
  }

  @Test
  void a_repeat_with_other_words_is_caught() {
    caught("a repeat says the same", fine().ended(JobEnd.KILLED, 5, null).sameIdAs(1));
  }

  @Test
  void a_job_that_never_ends_is_caught() {
    caught("every attempt ends exactly once", new Tale().defined(1, 1).dispatched(1).running(1));
  }

  @Test
  void a_second_end_is_caught_even_if_it_says_the_same() {
    caught("every attempt ends exactly once", fine().ended(JobEnd.FINISHED, 5, 0));
    caught("every attempt ends exactly once", fine().ended(JobEnd.PILOT_TIMEOUT, 5, null));
  }

  @Test
  void an_accepted_job_of_which_nothing_was_told_is_caught() {
    Tale tale = new Tale();
    tale.known.jobAccepted(UUID.randomUUID());
    caught("an accepted job is defined", tale);
  }

  @Test
  void what_was_not_defined_is_caught() {
    caught("nothing happens to what was not defined", new Tale().ended(JobEnd.DROPPED, 0, null));
    caught("nothing happens to what was not defined", new Tale().dispatched(4));
    caught("nothing happens to what was not defined", fine().defined(1, 1));
  }

  @Test
  void a_lease_that_does_not_increase_is_caught() {
    caught(
        "leases of a job increase",
        new Tale().defined(1, 1).dispatched(4).requeued(4).dispatched(4));
    caught(
        "leases of a job increase",
        new Tale()
            .defined(1, 2)
            .dispatched(4)
            .ended(JobEnd.FINISHED, 4, 1)
            .defined(2, 2)
            .dispatched(2));
  }

  @Test
  void words_about_an_attempt_that_is_over_are_caught() {
    Tale tale =
        new Tale()
            .defined(1, 2)
            .dispatched(1)
            .ended(JobEnd.FINISHED, 1, 1)
            .defined(2, 2)
            .dispatched(2);
    tale.attempt = 1;
    caught("leases of a job increase", tale.running(1));
  }

  @Test
  void a_dispatch_while_another_lease_lives_is_caught() {
    caught("a job has one holder at a time", new Tale().defined(1, 1).dispatched(1).dispatched(2));
    caught(
        "a job has one holder at a time",
        new Tale().defined(1, 1).dispatched(1).running(1).dispatched(2));
  }

  @Test
  void a_superseded_lease_that_runs_is_caught() {
    caught(
        "a job has one holder at a time",
        new Tale().defined(1, 1).dispatched(1).requeued(1).dispatched(2).running(1));
    caught(
        "a job has one holder at a time",
        new Tale().defined(1, 1).dispatched(1).requeued(1).running(1));
  }

  @Test
  void a_running_payload_that_is_given_to_others_is_caught() {
    caught(
        "a job has one holder at a time",
        new Tale().defined(1, 1).dispatched(1).running(1).requeued(1));
  }

  @Test
  void an_end_by_a_superseded_lease_is_caught() {
    caught(
        "an attempt ends in the hands that hold it",
        new Tale()
            .defined(1, 1)
            .dispatched(1)
            .requeued(1)
            .dispatched(2)
            .ended(JobEnd.FINISHED, 1, 0));
    caught(
        "an attempt ends in the hands that hold it",
        new Tale().defined(1, 1).dispatched(1).requeued(1).ended(JobEnd.FINISHED, 1, 0));
  }

  @Test
  void a_dispatch_after_the_end_is_caught() {
    caught("an attempt ends in the hands that hold it", fine().requeued(5).dispatched(6));
    caught(
        "an attempt ends in the hands that hold it",
        new Tale().defined(1, 1).ended(JobEnd.CANCELLED, 0, null).dispatched(1));
  }

  @Test
  void an_accepted_report_that_is_contradicted_or_lost_is_caught() {
    String rule = "an accepted report is what the end says";
    Tale start = new Tale().defined(1, 1).dispatched(1).running(1).accepts(JobEnd.FINISHED, 1, 0);
    caught(rule, start);
    caught(rule, start.ended(JobEnd.FINISHED, 1, 1));
    caught(
        rule,
        new Tale()
            .defined(1, 1)
            .dispatched(1)
            .accepts(JobEnd.FINISHED, 1, 0)
            .pilotEnds()
            .ended(JobEnd.PILOT_TIMEOUT, 1, null));
    caught(
        rule,
        new Tale()
            .defined(1, 1)
            .dispatched(1)
            .accepts(JobEnd.FINISHED, 1, 0)
            .requeued(1)
            .dispatched(2)
            .ended(JobEnd.FINISHED, 2, 0));
  }

  @Test
  void a_payload_stopped_by_a_cancel_may_end_as_cancelled_and_only_then() {
    Tale cancelled =
        new Tale()
            .defined(1, 1)
            .dispatched(1)
            .running(1)
            .withdrawn(false)
            .accepts(JobEnd.KILLED, 1, null)
            .ended(JobEnd.CANCELLED, 1, null);
    assertThat(cancelled.violations()).isEmpty();
    caught(
        "an accepted report is what the end says",
        new Tale()
            .defined(1, 1)
            .dispatched(1)
            .accepts(JobEnd.KILLED, 1, null)
            .ended(JobEnd.CANCELLED, 1, null));
  }

  @Test
  void an_end_that_its_pilot_never_reported_is_caught() {
    Tale tale = new Tale();
    tale.known.pilotSpeaksHere(tale.pilot);
    caught(
        "no end is invented",
        tale.defined(1, 1).dispatched(1).running(1).ended(JobEnd.FINISHED, 1, 0));
  }

  @Test
  void a_retry_that_is_not_allowed_is_caught() {
    String rule = "a retry is allowed and comes after the end before";
    caught(rule, new Tale().defined(1, 1).dispatched(1).ended(JobEnd.FINISHED, 1, 1).defined(2, 1));
    caught(rule, new Tale().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 0).defined(2, 2));
  }

  @Test
  void a_retry_before_the_end_of_the_attempt_before_is_caught() {
    String rule = "a retry is allowed and comes after the end before";
    caught(rule, new Tale().defined(1, 2).dispatched(1).defined(2, 2));
    Tale tale = new Tale().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 1);
    caught(rule, tale.earlier(2).defined(2, 2));
    tale = new Tale().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 1).defined(2, 2);
    caught(rule, tale.earlier(4).dispatched(2));
  }

  @Test
  void a_retry_that_does_not_come_is_caught() {
    String rule = "a retry that is due is not lost";
    caught(rule, new Tale().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 1));
    assertThat(new Tale().defined(1, 2).dispatched(1).ended(JobEnd.FINISHED, 1, 0).violations())
        .isEmpty();
    assertThat(new Tale().defined(1, 2).ended(JobEnd.DROPPED, 0, null).violations()).isEmpty();
  }

  @Test
  void a_cancelled_job_that_comes_back_is_caught() {
    caught(
        "what was cancelled is not retried",
        new Tale()
            .defined(1, 2)
            .dispatched(1)
            .running(1)
            .withdrawn(false)
            .ended(JobEnd.FINISHED, 1, 1)
            .defined(2, 2)
            .ended(JobEnd.DROPPED, 0, null));
  }

  @Test
  void a_workflow_that_ends_twice_or_never_is_caught() {
    Tale tale = new Tale();
    tale.workflow = UUID.randomUUID();
    tale.known.workflowAccepted(tale.workflow);
    caught("a workflow ends exactly once", tale);
    assertThat(tale.workflowEnds().violations()).isEmpty();
    caught("a workflow ends exactly once", tale.workflowEnds());
  }

  @Test
  void a_job_that_begins_in_a_workflow_that_ended_is_caught() {
    Tale tale = new Tale();
    tale.workflow = UUID.randomUUID();
    caught("nothing begins in a workflow that ended", tale.workflowEnds().defined(1, 1));
  }

  @Test
  void a_pilot_that_ends_twice_is_caught() {
    caught("a pilot ends once", new Tale().pilotEnds().pilotEnds());
  }

  @Test
  void a_pilot_timeout_of_a_pilot_that_lives_is_caught() {
    caught(
        "nobody is lost who lives",
        new Tale().defined(1, 1).dispatched(1).running(1).ended(JobEnd.PILOT_TIMEOUT, 1, null));
  }

  @Test
  void a_violation_names_rule_job_lease_times_and_events() {
    Tale tale = fine().ended(JobEnd.PILOT_TIMEOUT, 5, null);
    assertThatThrownBy(() -> new History(tale.told, tale.known).mustHold())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("every attempt ends exactly once=1")
        .hasMessageContaining(tale.job.toString())
        .hasMessageContaining("DISPATCHED attempt 1 lease 3 pilot " + tale.pilot)
        .hasMessageContaining("2026-01-01T00:00:0")
        .hasMessageContaining("ended pilot-timeout attempt 1 lease 5");
  }
}
