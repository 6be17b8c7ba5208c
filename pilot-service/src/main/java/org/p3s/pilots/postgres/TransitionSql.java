package org.p3s.pilots.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.p3s.pilots.domain.HeartbeatTransition;
import org.p3s.pilots.domain.PilotState;

/** The transitions of {@link PilotState} as SQL conditions, generated from the enum. */
final class TransitionSql {

  /**
   * A condition that is true if a pilot may go from one state to the other.
   *
   * @param from SQL expression for the present state
   * @param to SQL expression for the next state
   */
  static String mayFollow(String from, String to) {
    return in(from, to, (present, next) -> present.successors().contains(next));
  }

  /** A condition that is true if a heartbeat that reports {@code to} changes the state. */
  static String heartbeatChanges(String from, String to) {
    return in(
        from, to, (present, reported) -> HeartbeatTransition.after(present, reported) != present);
  }

  private static String in(String from, String to, BiPredicate<PilotState, PilotState> allowed) {
    List<String> pairs = new ArrayList<>();
    for (PilotState present : PilotState.values()) {
      for (PilotState next : PilotState.values()) {
        if (allowed.test(present, next)) {
          pairs.add("('" + present.text() + "', '" + next.text() + "')");
        }
      }
    }
    return "(" + from + ", " + to + ") IN (" + String.join(", ", pairs) + ")";
  }

  private TransitionSql() {}
}
