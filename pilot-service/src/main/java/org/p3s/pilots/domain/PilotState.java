package org.p3s.pilots.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a pilot does; the last two are ends. */
public enum PilotState {
  ACTIVE,
  NO_JOBS,
  DISPATCHED,
  RUNNING,
  DRAINING,
  STOPPED,
  TIMEOUT;

  /** What may come next; nothing after an end. */
  public Set<PilotState> successors() {
    return switch (this) {
      case ACTIVE, NO_JOBS, DISPATCHED, RUNNING -> {
        EnumSet<PilotState> all = EnumSet.allOf(PilotState.class);
        all.remove(this);
        all.remove(ACTIVE);
        yield all;
      }
      case DRAINING -> EnumSet.of(STOPPED, TIMEOUT);
      case STOPPED, TIMEOUT -> EnumSet.noneOf(PilotState.class);
    };
  }

  public boolean isEnd() {
    return successors().isEmpty();
  }

  /** As in JSON and in the database: {@code no-jobs}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<PilotState> of(String text) {
    for (PilotState state : PilotState.values()) {
      if (state.text().equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
