package org.p3s.broker.domain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A live job, with all that decisions about it need. Each method takes something that happened and
 * returns what follows from it; the caller stores the decision.
 *
 * @param startBy a job that still waits at this time is dropped; null: never
 * @param holder null while the job waits
 * @param withdrawal null as long as nobody has withdrawn the job
 * @param limited true if its type has a limit of running jobs, so that its end may let another
 *     start
 */
public record Job(
    UUID uuid,
    @Nullable UUID wfuuid,
    @Nullable String node,
    String jobtype,
    JobState state,
    int attempt,
    @Nullable Long run,
    @Nullable Long subrun,
    Instant tsDef,
    @Nullable Instant startBy,
    @Nullable Instant tsDis,
    @Nullable Instant tsSta,
    @Nullable Holder holder,
    @Nullable Withdrawal withdrawal,
    boolean limited) {

  /** The reason of a job that was dropped because it could not end by its deadline any more. */
  public static final String STALE = "stale";

  /**
   * The job is not wanted any more.
   *
   * @param stop true if a payload that runs is to be stopped; false: it may run to its end
   */
  public record Withdrawal(String reason, boolean stop) {}

  /** A pilot reports that the payload runs. */
  public Decision start(UUID pilot, long lease, Instant now) {
    Holder holds = holder;
    if (holds == null || !holds.is(pilot, lease)) {
      return new Decision.LeaseLost(whyLost(lease));
    }
    return state == JobState.RUNNING ? new Decision.Repeat() : new Decision.Start(this, now);
  }

  /** A pilot reports how the payload ended. The start report may have been lost before. */
  public Decision finish(FinishReport report, Instant now) {
    Holder holds = holder;
    if (holds == null || !holds.is(report.pilot(), report.lease())) {
      return new Decision.LeaseLost(whyLost(report.lease()));
    }
    Withdrawal unwanted = withdrawal;
    // The pilot stopped the payload because the job was withdrawn: this is no end of the pilot.
    boolean stoppedOnRequest =
        unwanted != null && unwanted.stop() && report.state() == JobState.KILLED;
    String reason = report.reason();
    if (reason == null && unwanted != null && report.state() != JobState.FINISHED) {
      reason = unwanted.reason();
    }
    RunInterval interval = RunInterval.of(this, report, now);
    return new Decision.End(
        this,
        stoppedOnRequest ? JobState.CANCELLED : report.state(),
        report.exitCode(),
        report.signal(),
        reason,
        interval.start(),
        interval.stop());
  }

  /** The pilot did not confirm in time that it received the job. */
  public Decision confirmTimedOut(Instant now) {
    return state == JobState.DISPATCHED
        ? requeue("not confirmed by its pilot", now)
        : new Decision.NoChange();
  }

  /** The job was claimed for a poll that was closed meanwhile. */
  public Decision pollClosed(long lease, Instant now) {
    Holder holds = holder;
    return holds != null && holds.lease() == lease && state == JobState.DISPATCHED
        ? requeue("its pilot's request was closed", now)
        : new Decision.NoChange();
  }

  /** The job's pilot ended. A job that had not started waits again, one that ran ends. */
  public Decision pilotEnded(boolean lost, String why, Instant now) {
    return switch (state) {
      case DISPATCHED -> requeue("pilot ended before the start: " + why, now);
      case RUNNING -> {
        Withdrawal unwanted = withdrawal;
        yield unwanted != null && unwanted.stop()
            ? end(JobState.CANCELLED, unwanted.reason(), now)
            : end(lost ? JobState.PILOT_TIMEOUT : JobState.KILLED, why, now);
      }
      case DEFINED, FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED ->
          new Decision.NoChange();
    };
  }

  /** Somebody withdraws the job. */
  public Decision withdraw(Withdrawal unwanted, Instant now) {
    if (state == JobState.DEFINED || (state == JobState.DISPATCHED && unwanted.stop())) {
      return end(JobState.CANCELLED, unwanted.reason(), now);
    }
    Withdrawal before = withdrawal;
    boolean isNew = before == null || (unwanted.stop() && !before.stop());
    return isNew ? new Decision.MarkWithdrawn(this, unwanted) : new Decision.NoChange();
  }

  /** Drops the job if it waits and its latest start has passed. */
  public Decision expire(Instant now) {
    Instant latest = startBy;
    return state == JobState.DEFINED && latest != null && !latest.isAfter(now)
        ? end(JobState.DROPPED, STALE, now)
        : new Decision.NoChange();
  }

  /** Drops the job if it waits: too many of its type do. */
  public Decision shed(SheddingRule rule, int limit, Instant now) {
    return state == JobState.DEFINED
        ? end(JobState.DROPPED, rule.reason(jobtype, limit), now)
        : new Decision.NoChange();
  }

  private Decision requeue(String reason, Instant now) {
    Withdrawal unwanted = withdrawal;
    return unwanted == null
        ? new Decision.Requeue(this, reason)
        : end(JobState.CANCELLED, unwanted.reason(), now);
  }

  private Decision end(JobState end, String reason, Instant now) {
    return new Decision.End(this, end, null, null, reason, tsSta, now);
  }

  private String whyLost(long asked) {
    Holder holds = holder;
    return holds == null
        ? "Job " + uuid + " waits for a pilot again; lease " + asked + " has ended."
        : "Job " + uuid + " has lease " + holds.lease() + ", not " + asked + ", or another pilot.";
  }
}
