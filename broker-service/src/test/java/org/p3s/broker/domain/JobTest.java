package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobTest {

  private static final UUID PILOT = new UUID(1, 1);
  private static final long LEASE = 7;
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Job.Withdrawal STOP = new Job.Withdrawal("by jane", true);
  private static final Job.Withdrawal IF_WAITING = new Job.Withdrawal("workflow failed", false);

  private static Job job(JobState state, Job.@Nullable Withdrawal withdrawal) {
    Holder holder =
        state == JobState.DEFINED
            ? null
            : new Holder(PILOT, 0, LEASE, "s", Map.of(), null, null, null);
    return new Job(
        new UUID(2, 2),
        null,
        null,
        "default",
        state,
        1,
        null,
        null,
        NOW.minusSeconds(60),
        NOW,
        holder == null ? null : NOW.minusSeconds(10),
        state == JobState.RUNNING ? NOW.minusSeconds(9) : null,
        holder,
        withdrawal,
        false);
  }

  private static Job running() {
    return job(JobState.RUNNING, null);
  }

  private static FinishReport report(JobState state, @Nullable Integer errcode) {
    return new FinishReport(new UUID(2, 2), LEASE, PILOT, state, errcode, null, null, null, null);
  }

  private static Decision.End end(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.End.class);
    return (Decision.End) decision;
  }

  @Test
  void a_dispatched_job_starts_once() {
    assertThat(job(JobState.DISPATCHED, null).start(PILOT, LEASE, NOW))
        .isInstanceOf(Decision.Start.class);
    assertThat(running().start(PILOT, LEASE, NOW)).isInstanceOf(Decision.Repeat.class);
  }

  @Test
  void an_old_fencing_number_or_another_pilot_is_refused() {
    assertThat(running().start(PILOT, LEASE - 1, NOW)).isInstanceOf(Decision.LeaseLost.class);
    assertThat(running().start(new UUID(9, 9), LEASE, NOW)).isInstanceOf(Decision.LeaseLost.class);
    assertThat(job(JobState.DEFINED, null).finish(report(JobState.FINISHED, 0), NOW))
        .isInstanceOf(Decision.LeaseLost.class);
  }

  @Test
  void a_job_whose_start_report_was_lost_may_still_finish() {
    Decision.End end =
        end(job(JobState.DISPATCHED, null).finish(report(JobState.FINISHED, 3), NOW));
    assertThat(end.state()).isEqualTo(JobState.FINISHED);
    assertThat(end.errcode()).isEqualTo(3);
  }

  @Test
  void a_time_limit_has_code_77_and_a_missing_program_127() {
    assertThat(end(running().finish(report(JobState.TIMELIMIT, 143), NOW)).errcode()).isEqualTo(77);
    assertThat(end(running().finish(report(JobState.NONSTARTER, null), NOW)).errcode())
        .isEqualTo(127);
    assertThat(end(running().finish(report(JobState.NONSTARTER, 126), NOW)).errcode())
        .isEqualTo(126);
  }

  @Test
  void the_signal_gives_the_exit_code_if_there_is_none() {
    FinishReport report =
        new FinishReport(new UUID(2, 2), LEASE, PILOT, JobState.KILLED, null, 9, null, null, null);
    assertThat(end(running().finish(report, NOW)).errcode()).isEqualTo(137);
  }

  @Test
  void a_payload_that_was_stopped_on_request_is_cancelled_not_killed() {
    Job stopping = job(JobState.RUNNING, STOP);
    Decision.End end = end(stopping.finish(report(JobState.KILLED, null), NOW));
    assertThat(end.state()).isEqualTo(JobState.CANCELLED);
    assertThat(end.reason()).isEqualTo("by jane");
    assertThat(end(stopping.finish(report(JobState.FINISHED, 0), NOW)).state())
        .isEqualTo(JobState.FINISHED);
  }

  @Test
  void times_are_by_the_clock_of_the_broker_and_durations_by_that_of_the_pilot() {
    Instant wrong = NOW.plus(Duration.ofHours(1));
    FinishReport report =
        new FinishReport(
            new UUID(2, 2),
            LEASE,
            PILOT,
            JobState.FINISHED,
            0,
            null,
            null,
            wrong,
            wrong.plusSeconds(4));
    Decision.End end = end(running().finish(report, NOW));
    assertThat(end.tsSta()).isEqualTo(NOW.minusSeconds(9));
    assertThat(end.tsSto()).isEqualTo(NOW.minusSeconds(5));
  }

  @Test
  void an_unconfirmed_job_is_requeued_unless_it_was_withdrawn() {
    assertThat(job(JobState.DISPATCHED, null).confirmTimedOut(NOW))
        .isInstanceOf(Decision.Requeue.class);
    assertThat(end(job(JobState.DISPATCHED, IF_WAITING).confirmTimedOut(NOW)).state())
        .isEqualTo(JobState.CANCELLED);
    assertThat(running().confirmTimedOut(NOW)).isInstanceOf(Decision.NoChange.class);
  }

  @Test
  void the_job_of_a_lost_pilot_ends_if_it_ran_and_is_requeued_if_not() {
    assertThat(end(running().pilotEnded(true, "silent", NOW)).state())
        .isEqualTo(JobState.PILOT_TIMEOUT);
    assertThat(end(running().pilotEnded(false, "killed", NOW)).state()).isEqualTo(JobState.KILLED);
    assertThat(end(job(JobState.RUNNING, STOP).pilotEnded(true, "silent", NOW)).state())
        .isEqualTo(JobState.CANCELLED);
    assertThat(job(JobState.DISPATCHED, null).pilotEnded(true, "silent", NOW))
        .isInstanceOf(Decision.Requeue.class);
  }

  @Test
  void a_withdrawal_cancels_a_waiting_job_and_marks_a_running_one() {
    assertThat(end(job(JobState.DEFINED, null).withdraw(IF_WAITING, NOW)).state())
        .isEqualTo(JobState.CANCELLED);
    assertThat(end(job(JobState.DISPATCHED, null).withdraw(STOP, NOW)).state())
        .isEqualTo(JobState.CANCELLED);
    assertThat(running().withdraw(STOP, NOW))
        .isEqualTo(new Decision.MarkWithdrawn(running(), STOP));
    assertThat(job(JobState.RUNNING, STOP).withdraw(IF_WAITING, NOW))
        .isInstanceOf(Decision.NoChange.class);
  }

  @Test
  void only_a_waiting_job_past_its_latest_start_is_stale() {
    Decision.End end = end(job(JobState.DEFINED, null).expire(NOW));
    assertThat(end.state()).isEqualTo(JobState.DROPPED);
    assertThat(end.reason()).isEqualTo("stale");
    assertThat(job(JobState.DEFINED, null).expire(NOW.minusMillis(1)))
        .isInstanceOf(Decision.NoChange.class);
    assertThat(running().expire(NOW)).isInstanceOf(Decision.NoChange.class);
  }

  @Test
  void no_decision_can_be_made_against_the_transitions_of_the_states() {
    Job waiting = job(JobState.DEFINED, null);
    assertThatThrownBy(() -> new Decision.Start(waiting, NOW)).hasMessageContaining("DEFINED");
    assertThatThrownBy(() -> new Decision.Requeue(running(), "r")).hasMessageContaining("RUNNING");
    assertThatThrownBy(
            () -> new Decision.End(running(), JobState.DEFINED, null, null, null, null, NOW))
        .hasMessageContaining("can't end as DEFINED");
    assertThatThrownBy(
            () -> new Decision.End(running(), JobState.DROPPED, null, null, null, null, NOW))
        .hasMessageContaining("RUNNING")
        .hasMessageContaining("DROPPED");
  }
}
