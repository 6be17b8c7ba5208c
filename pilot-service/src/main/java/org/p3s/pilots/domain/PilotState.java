package org.p3s.pilots.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a pilot is doing. The last two are end states. */
public enum PilotState {
  /** Registered, and has not asked for a job yet. */
  ACTIVE,
  /** Waits for a job. */
  NO_JOBS,
  /** Holds a job that does not run yet. */
  DISPATCHED,
  /** Runs at least one job. */
  RUNNING,
  /** Finishes the jobs that it holds and takes no more. */
  DRAINING,
  /** Ended by itself, or was stopped by an operator. */
  STOPPED,
  /** Was silent for too long. */
  TIMEOUT;

  private static final Set<PilotState> ENDS = Set.of(STOPPED, TIMEOUT);

  /**
   * The states that may come next. A pilot that drains can only end, and nothing follows an end;
   * the other states follow each other in any order.
   */
  public Set<PilotState> successors() {
    return switch (this) {
      case ACTIVE, NO_JOBS, DISPATCHED, RUNNING -> EnumSet.complementOf(EnumSet.of(this));
      case DRAINING -> EnumSet.copyOf(ENDS);
      case STOPPED, TIMEOUT -> EnumSet.noneOf(PilotState.class);
    };
  }

  public boolean isEnd() {
    return ENDS.contains(this);
  }

  /** The state as JSON and the database have it: {@code no-jobs}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The state with that {@link #text()}. */
  public static Optional<PilotState> of(String text) {
    for (PilotState state : PilotState.values()) {
      if (state.text().equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
