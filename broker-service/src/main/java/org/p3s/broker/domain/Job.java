package org.p3s.broker.domain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A live job: all that decisions about it need. Each method says what follows from something that
 * happened; the caller stores it.
 *
 * @param startBy past it a job that waits is dropped; null: never
 * @param holder null while the job waits
 * @param withdrawal null while the job is wanted
 * @param limited true if its type has a limit, so that its end may let another one start
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

  /**
   * The reason of a job that was dropped because it waited until it could not end by its deadline.
   */
  public static final String STALE = "stale";

  /**
   * The job is not wanted any more.
   *
   * @param stop true if a payload that runs is to be stopped
   */
  public record Withdrawal(String reason, boolean stop) {}

  /** The pilot says that the payload runs. */
  public Decision start(UUID pilot, long lease, Instant now) {
    Holder holds = holder;
    if (holds == null || !holds.is(pilot, lease)) {
      return new Decision.Lost(whyLost(lease));
    }
    return state == JobState.RUNNING ? new Decision.Repeat() : new Decision.Run(this, now);
  }

  /** The pilot says how the payload ended. A job whose start report was lost may end, too. */
  public Decision finish(Report report, Instant now) {
    Holder holds = holder;
    if (holds == null || !holds.is(report.pilot(), report.lease())) {
      return new Decision.Lost(whyLost(report.lease()));
    }
    Withdrawal unwanted = withdrawal;
    // The pilot stopped it because somebody had asked for that: not the pilot's end, the job's.
    boolean asked = unwanted != null && unwanted.stop() && report.state() == JobState.KILLED;
    String reason = report.reason();
    if (reason == null && unwanted != null && report.state() != JobState.FINISHED) {
      reason = unwanted.reason();
    }
    Span span = Span.of(this, report, now);
    return new Decision.End(
        this,
        asked ? JobState.CANCELLED : report.state(),
        report.exitCode(),
        report.signal(),
        reason,
        span.start(),
        span.stop());
  }

  /** Nobody confirmed in time that it was received. */
  public Decision unconfirmed(Instant now) {
    return state == JobState.DISPATCHED
        ? again("not confirmed by its pilot", now)
        : new Decision.Leave();
  }

  /** The poll for which it was claimed had gone. */
  public Decision pollGone(long lease, Instant now) {
    Holder holds = holder;
    return holds != null && holds.lease() == lease && state == JobState.DISPATCHED
        ? again("its pilot's request was closed", now)
        : new Decision.Leave();
  }

  /** Its pilot ended. What had not started waits again, what ran ends. */
  public Decision pilotEnded(boolean lost, String why, Instant now) {
    return switch (state) {
      case DISPATCHED -> again("pilot ended before the start: " + why, now);
      case RUNNING -> {
        Withdrawal unwanted = withdrawal;
        yield unwanted != null && unwanted.stop()
            ? end(JobState.CANCELLED, unwanted.reason(), now)
            : end(lost ? JobState.PILOT_TIMEOUT : JobState.KILLED, why, now);
      }
      case DEFINED, FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED ->
          new Decision.Leave();
    };
  }

  /** It is not wanted any more. */
  public Decision withdraw(Withdrawal unwanted, Instant now) {
    if (state == JobState.DEFINED || (state == JobState.DISPATCHED && unwanted.stop())) {
      return end(JobState.CANCELLED, unwanted.reason(), now);
    }
    Withdrawal before = withdrawal;
    boolean adds = before == null || (unwanted.stop() && !before.stop());
    return adds ? new Decision.Mark(this, unwanted) : new Decision.Leave();
  }

  /** The time has come. */
  public Decision expire(Instant now) {
    Instant latest = startBy;
    return state == JobState.DEFINED && latest != null && !latest.isAfter(now)
        ? end(JobState.DROPPED, STALE, now)
        : new Decision.Leave();
  }

  /** Too many of its type wait. */
  public Decision shed(Shedding rule, int limit, Instant now) {
    return state == JobState.DEFINED
        ? end(JobState.DROPPED, rule.reason(jobtype, limit), now)
        : new Decision.Leave();
  }

  private Decision again(String reason, Instant now) {
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
