package org.p3s.broker.domain;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The states of a job in the broker, and which may follow which. {@link Decision} refuses every
 * other change; the claim in SQL ({@code R__claim.sql}) takes only jobs that are {@link #DEFINED}.
 */
public enum JobState {
  /** The job waits for a pilot. */
  DEFINED,
  /** A pilot holds the job, and has not reported yet that the payload runs. */
  DISPATCHED,
  /** The payload runs. */
  RUNNING,
  /** The payload exited by itself, with any exit code. */
  FINISHED,
  /** The payload exceeded its time limit and was stopped. */
  TIMELIMIT,
  /** The pilot was lost while it held the job. */
  PILOT_TIMEOUT,
  /** The payload could not be started. */
  NONSTARTER,
  /** The pilot was stopped while it held the job. */
  KILLED,
  /** The job was withdrawn. */
  CANCELLED,
  /** The job was dropped while it waited. */
  DROPPED;

  /** The states of jobs that have not ended. */
  public static final Set<JobState> LIVE = EnumSet.of(DEFINED, DISPATCHED, RUNNING);

  /** The end states that a pilot may report. */
  public static final Set<JobState> REPORTABLE =
      EnumSet.of(FINISHED, TIMELIMIT, NONSTARTER, KILLED, CANCELLED);

  /** The states that may follow. An end state has none: an attempt ends once. */
  public Set<JobState> successors() {
    return switch (this) {
      case DEFINED -> EnumSet.of(DISPATCHED, CANCELLED, DROPPED);
      case DISPATCHED ->
          EnumSet.of(
              DEFINED, RUNNING, FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED);
      case RUNNING -> EnumSet.of(FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED);
      case FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED ->
          EnumSet.noneOf(JobState.class);
    };
  }

  public boolean isEnd() {
    return !LIVE.contains(this);
  }

  /** The spelling in the API, in events and in the database: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The state with that spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static JobState of(String text) {
    return Arrays.stream(values())
        .filter(state -> state.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state of a job: " + text));
  }
}
