package org.p3s.broker.app;

import java.util.List;
import java.util.Set;
import org.p3s.broker.domain.Seat;

/**
 * Seats that were taken out of the lobby for one claim; each goes back or is served.
 *
 * @param due the kinds that are looked at because the queue changed
 * @param seen what was known to be empty when they were taken
 */
record Loan(List<Parked> taken, Set<Seat.Kind> due, long seen) {

  List<Seat> seats() {
    return taken.stream().map(parked -> parked.seat).toList();
  }

  boolean isEmpty() {
    return taken.isEmpty();
  }
}
