package org.p3s.workflow.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state of a job. */
public enum JobState {
  /** It waits for its parents, or for somebody to start it. */
  TEMPLATE,
  /** It may run and waits for a pilot. */
  DEFINED,
  /** A pilot has it. */
  DISPATCHED,
  /** Its payload runs. */
  RUNNING,
  /** Its payload ended by itself, with whatever exit code. */
  FINISHED,
  /** Its payload was stopped because it ran for too long. */
  TIMELIMIT,
  /** Its pilot was lost. */
  PILOT_TIMEOUT,
  /** Its payload could not be started. */
  NONSTARTER,
  /** Its pilot was stopped. */
  KILLED,
  /** A person, or the end of its workflow, cancelled it. */
  CANCELLED,
  /** The broker dropped it before it ran. */
  DROPPED;

  /**
   * The states that may follow this one. A retry returns to {@link #DEFINED}.
   *
   * <p>Progress and ends of jobs come from two topics and may overtake each other: a job that is
   * requeued and then dropped, or dispatched again, may still be dispatched or running here.
   */
  public Set<JobState> successors() {
    return switch (this) {
      case TEMPLATE -> EnumSet.of(DEFINED, FINISHED, CANCELLED);
      case DEFINED, DISPATCHED, RUNNING -> EnumSet.complementOf(EnumSet.of(TEMPLATE, this));
      case FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED ->
          EnumSet.noneOf(JobState.class);
    };
  }

  /** True if no other state follows. */
  public boolean isEnd() {
    return switch (this) {
      case TEMPLATE, DEFINED, DISPATCHED, RUNNING -> false;
      case FINISHED, TIMELIMIT, PILOT_TIMEOUT, NONSTARTER, KILLED, CANCELLED, DROPPED -> true;
    };
  }

  /** True if it ended because nobody needs it any more. */
  public boolean isUnwanted() {
    return this == CANCELLED || this == DROPPED;
  }

  /** True if it is the end of a job that succeeded: its payload exited with 0. */
  public boolean succeeded(@Nullable Integer errcode) {
    return this == FINISHED && errcode != null && errcode == 0;
  }

  /** Its name in the database and in the API. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static JobState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
