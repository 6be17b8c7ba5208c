package org.p3s.broker.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.p3s.broker.domain.SlotRequest;

/**
 * The pending polls by kind of slot request, and the kinds that are due: those for which a claim
 * has to look again because the queue changed. If there are many kinds, several claims look at them
 * in turn. From each kind that is due the poll whose pilot lives longest is looked at; if that one
 * finds nothing, no poll of its kind does. Not thread-safe; {@link PendingPolls} guards it.
 */
final class SlotGroups {

  private final Map<SlotRequest.Kind, SlotGroup> groups = new LinkedHashMap<>();
  private final Set<SlotRequest.Kind> due = new LinkedHashSet<>();

  /** Adds a poll that is in no claim. */
  void addIdle(PendingPoll poll) {
    groups
        .computeIfAbsent(poll.kind, kind -> new SlotGroup())
        .idle
        .put(poll.request.slotId(), poll);
  }

  /** Removes a poll, if it is idle. */
  void removeIdle(PendingPoll poll) {
    SlotGroup group = groups.get(poll.kind);
    if (group != null && group.idle.remove(poll.request.slotId(), poll)) {
      removeIfEmpty(poll.kind, group);
    }
  }

  /** A claim begins to look for a job for the poll. */
  void moveToClaim(PendingPoll poll) {
    SlotGroup group = groups.get(poll.kind);
    if (group != null) {
      group.inClaims++;
    }
    removeIdle(poll);
  }

  /** The claim ended; the poll is idle again only if it was added before. */
  void backFromClaim(PendingPoll poll) {
    SlotGroup group = groups.get(poll.kind);
    if (group != null) {
      group.inClaims--;
      removeIfEmpty(poll.kind, group);
    }
  }

  private void removeIfEmpty(SlotRequest.Kind kind, SlotGroup group) {
    if (group.idle.isEmpty() && group.inClaims == 0) {
      groups.remove(kind);
      due.remove(kind);
    }
  }

  void markAllDue() {
    due.addAll(groups.keySet());
  }

  void markDue(Collection<SlotRequest.Kind> kinds) {
    kinds.stream().filter(groups::containsKey).forEach(due::add);
  }

  /** The kinds with idle polls, each with the latest end of a pilot's life. */
  Map<SlotRequest.Kind, Instant> latestPilotEnds() {
    Map<SlotRequest.Kind, Instant> ends = new HashMap<>();
    groups.forEach(
        (kind, group) -> {
          if (!group.idle.isEmpty()) {
            ends.put(kind, group.latestPilotEnd());
          }
        });
    return ends;
  }

  /** Idle polls of one kind or several. */
  record Selection(List<PendingPoll> polls, Set<SlotRequest.Kind> kinds) {}

  /**
   * Selects polls of kinds that are due; these kinds are not due any more.
   *
   * @param most so many polls at most, and so many kinds
   */
  Selection selectDue(int most) {
    Set<SlotRequest.Kind> kinds = new HashSet<>();
    List<SlotGroup> selected = new ArrayList<>();
    for (Iterator<SlotRequest.Kind> i = due.iterator(); i.hasNext() && selected.size() < most; ) {
      SlotRequest.Kind kind = i.next();
      SlotGroup group = groups.get(kind);
      // A kind whose polls are all in claims stays due until they are back.
      if (group == null || !group.idle.isEmpty()) {
        i.remove();
      }
      if (group != null && !group.idle.isEmpty()) {
        selected.add(group);
        kinds.add(kind);
      }
    }
    return new Selection(spread(selected, most, most, true), kinds);
  }

  /** Selects polls of any kind, so many of each kind at most and so many in all. */
  List<PendingPoll> select(int mostOfEach, int most) {
    List<SlotGroup> selected = new ArrayList<>();
    for (SlotGroup group : groups.values()) {
      if (!group.idle.isEmpty() && selected.size() < most) {
        selected.add(group);
      }
    }
    return spread(selected, mostOfEach, most, false);
  }

  /** Takes as many from each group as from the others, as far as the groups are large enough. */
  private static List<PendingPoll> spread(
      List<SlotGroup> selected, int mostOfEach, int most, boolean withLongestLived) {
    selected.sort(Comparator.comparingInt(group -> group.idle.size()));
    List<PendingPoll> polls = new ArrayList<>();
    for (int i = 0; i < selected.size(); i++) {
      int n = Math.min(mostOfEach, (most - polls.size()) / (selected.size() - i));
      SlotGroup group = selected.get(i);
      polls.addAll(withLongestLived ? group.firstAndLongestLived(n) : group.first(n));
    }
    return polls;
  }
}
