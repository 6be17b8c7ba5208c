package org.p3s.broker.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.p3s.broker.domain.Seat;

/** The seats of a kind in the lobby, in the order in which they came or came back from a claim. */
final class SeatsOfKind {

  final LinkedHashMap<Seat.Key, Parked> idle = new LinkedHashMap<>();

  /** How many more are in the hands of claims. */
  int out;

  /** Those that no claim looked at for longest. */
  List<Parked> first(int most) {
    return idle.values().stream().limit(most).toList();
  }

  /** The same, and with them the one that lives longest. */
  List<Parked> some(int most) {
    List<Parked> some = new ArrayList<>(first(most));
    if (idle.size() > some.size()) {
      Parked longest = longest();
      if (!some.contains(longest)) {
        some.set(some.size() - 1, longest);
      }
    }
    return some;
  }

  /** The one that lives longest; not to be asked if nobody sits here. */
  Parked longest() {
    Parked longest = idle.values().iterator().next();
    for (Parked parked : idle.values()) {
      if (longest.seat.until() == null) {
        break;
      }
      if (parked.life().isAfter(longest.life())) {
        longest = parked;
      }
    }
    return longest;
  }
}
