package org.p3s.workflow.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a job is. Its text in database and API is {@link #text()}. */
public enum JobState {
  /** Its parents are not done. */
  TEMPLATE,
  /** It may run and waits for a pilot. */
  DEFINED,
  DISPATCHED,
  RUNNING,
  FINISHED,
  TIMELIMIT,
  PILOT_TIMEOUT,
  NONSTARTER,
  KILLED,
  CANCELLED,
  DROPPED;

  /** Where a job may go from here; a retry goes back to {@link #DEFINED}. */
  public Set<JobState> successors() {
    return switch (this) {
      case TEMPLATE -> EnumSet.of(DEFINED, FINISHED, CANCELLED);
      case DEFINED ->
          EnumSet.of(
              DISPATCHED,
              RUNNING,
              FINISHED,
              TIMELIMIT,
              PILOT_TIMEOUT,
              NONSTARTER,
              KILLED,
              CANCELLED,
              DROPPED);
      case DISPATCHED ->
          EnumSet.of(
              DEFINED, RUNNING, FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED);
      case RUNNING ->
          EnumSet.of(DEFINED, FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED);
      case FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED ->
          EnumSet.noneOf(JobState.class);
    };
  }

  public boolean isEnd() {
    return successors().isEmpty();
  }

  /** True if it ended because nobody wanted it any more. */
  public boolean isUnwanted() {
    return this == CANCELLED || this == DROPPED;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static JobState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
