package org.p3s.broker.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.p3s.broker.domain.SlotRequest;

/** The pending polls whose slot requests are of one kind. */
final class SlotGroup {

  /** Those that are in no claim, in the order in which they came, or came back from a claim. */
  final LinkedHashMap<SlotRequest.SlotId, PendingPoll> idle = new LinkedHashMap<>();

  /** How many more are in claims. */
  int inClaims;

  /** Those that no claim has looked at for the longest time. */
  List<PendingPoll> first(int most) {
    return idle.values().stream().limit(most).toList();
  }

  /** The same, but the one whose pilot lives longest is always among them. */
  List<PendingPoll> firstAndLongestLived(int most) {
    List<PendingPoll> some = new ArrayList<>(first(most));
    if (idle.size() > some.size()) {
      PendingPoll longest = longestLived();
      if (!some.contains(longest)) {
        some.set(some.size() - 1, longest);
      }
    }
    return some;
  }

  /** The latest end of a pilot's life; only to be called if a poll is idle. */
  Instant latestPilotEnd() {
    return longestLived().pilotEnd();
  }

  private PendingPoll longestLived() {
    PendingPoll longest = idle.values().iterator().next();
    for (PendingPoll poll : idle.values()) {
      if (longest.request.pilotEndsAt() == null) {
        break;
      }
      if (poll.pilotEnd().isAfter(longest.pilotEnd())) {
        longest = poll;
      }
    }
    return longest;
  }
}
