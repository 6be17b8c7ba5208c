package org.p3s.broker.domain;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a job is, as the broker sees it. */
public enum JobState {
  /** It waits for a pilot. */
  DEFINED,
  /** A pilot was given it and has not said yet that the payload runs. */
  DISPATCHED,
  /** Its payload runs. */
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
  /** The job was not wanted any more. */
  CANCELLED,
  /** The job was shed before it was dispatched. */
  DROPPED;

  /** Every state in which the broker holds a job. */
  public static final Set<JobState> LIVE = EnumSet.of(DEFINED, DISPATCHED, RUNNING);

  /** The states that a pilot may report as the end of a payload. */
  public static final Set<JobState> REPORTABLE =
      EnumSet.of(FINISHED, TIMELIMIT, NONSTARTER, KILLED, CANCELLED);

  /** The states that may follow. An end has none: a job ends once. */
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

  /** The spelling of API, events and database: lower case with hyphens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The state of that spelling.
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
