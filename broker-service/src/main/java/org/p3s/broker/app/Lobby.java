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
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Seat;

/**
 * Seats that wait for a job: entries of a map, nothing else. A seat is either here or in the hands
 * of one claim, never in two claims. Not thread-safe; its dispatcher guards it.
 *
 * <p>A claim looks at the seats that no claim has seen yet, and at the kinds that are due because
 * the queue changed; many kinds take several claims, in turn. Of a kind that is due the seat that
 * lives longest is always among those looked at, so that if it finds nothing none of its kind does.
 */
final class Lobby {

  /**
   * Seats for one claim.
   *
   * @param due the kinds that were looked at because they were due
   */
  record Taken(List<Parked> seats, Set<Seat.Kind> due) {}

  private final Map<Seat.Key, Parked> present = new HashMap<>();
  private final Map<Seat.Kind, SeatsOfKind> groups = new LinkedHashMap<>();
  private final Set<Parked> untried = new LinkedHashSet<>();
  private final Set<Seat.Kind> due = new LinkedHashSet<>();

  int size() {
    return present.size();
  }

  /** The kinds of seats, each with the end of the longest life; MAX for one without an end. */
  Map<Seat.Kind, Instant> lives() {
    Map<Seat.Kind, Instant> lives = new HashMap<>();
    groups.forEach(
        (kind, group) -> {
          if (!group.idle.isEmpty()) {
            lives.put(kind, group.longest().life());
          }
        });
    return lives;
  }

  /**
   * A seat comes in. Returns an older request of the same slot that is over by this, or null.
   *
   * @param tried true if a claim would find nothing for it now
   */
  @Nullable Parked enter(Parked parked, boolean tried) {
    Parked older = present.put(parked.seat.key(), parked);
    sit(parked);
    if (!tried) {
      untried.add(parked);
    }
    if (older == null) {
      return null;
    }
    older.left = true;
    stand(older);
    return older;
  }

  /** Its client has gone. */
  void leave(Parked parked) {
    parked.left = true;
    stand(parked);
    present.remove(parked.seat.key(), parked);
  }

  /**
   * Its wait is over. True if it is to be told so now; else the claim that looks at it tells it.
   */
  boolean timeUp(Parked parked) {
    if (parked.left) {
      return false;
    }
    // However short the wait, one claim looks whether there is something.
    if (parked.inClaim || untried.contains(parked)) {
      parked.over = true;
      return false;
    }
    leave(parked);
    return true;
  }

  /**
   * All seats that no claim has in hand go out; they are to be told. The others are told when their
   * claim comes back.
   */
  List<Parked> empty() {
    List<Parked> out = new ArrayList<>();
    for (Parked parked : present.values()) {
      if (parked.inClaim) {
        parked.over = true;
      } else {
        out.add(parked);
      }
    }
    out.forEach(this::leave);
    return out;
  }

  /** The queue changed: any kind may find something. */
  void changed() {
    due.addAll(groups.keySet());
  }

  /** More seats of these kinds may find something, if they still wait. */
  void again(Collection<Seat.Kind> kinds) {
    kinds.stream().filter(groups::containsKey).forEach(due::add);
  }

  /**
   * Takes seats for a claim: of kinds that are due, and those that no claim has seen yet. Neither
   * keeps the other out.
   */
  Taken take(int most) {
    Set<Seat.Kind> looked = new HashSet<>();
    List<SeatsOfKind> turn = new ArrayList<>();
    int room = most - Math.min(untried.size(), most / 2);
    for (Iterator<Seat.Kind> i = due.iterator(); i.hasNext() && turn.size() < room; ) {
      Seat.Kind kind = i.next();
      SeatsOfKind group = groups.get(kind);
      // If all of its seats are in the hands of claims, its turn comes when they are back.
      if (group == null || !group.idle.isEmpty()) {
        i.remove();
      }
      if (group != null && !group.idle.isEmpty()) {
        turn.add(group);
        looked.add(kind);
      }
    }
    List<Parked> taken = spread(turn, most, room, true);
    taken.forEach(this::take);
    List<Parked> fresh = untried.stream().limit(most - taken.size()).toList();
    fresh.forEach(this::take);
    taken.addAll(fresh);
    return new Taken(taken, looked);
  }

  /** Takes seats for a claim of new jobs: so many of each kind at most, and so many in all. */
  List<Parked> lend(int each, int most) {
    if (each == 0) {
      return List.of();
    }
    List<SeatsOfKind> some = new ArrayList<>();
    for (SeatsOfKind group : groups.values()) {
      if (!group.idle.isEmpty() && some.size() < most) {
        some.add(group);
      }
    }
    List<Parked> taken = spread(some, each, most, false);
    taken.forEach(this::take);
    return taken;
  }

  /** As evenly as the numbers of seats allow. */
  private static List<Parked> spread(
      List<SeatsOfKind> some, int each, int room, boolean withLongest) {
    some.sort(Comparator.comparingInt(group -> group.idle.size()));
    List<Parked> spread = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      int n = Math.min(each, (room - spread.size()) / (some.size() - i));
      spread.addAll(withLongest ? some.get(i).some(n) : some.get(i).first(n));
    }
    return spread;
  }

  /** A claim looks at these again, though it has seen them before. */
  void tryAgain(Collection<UUID> pilots) {
    if (!pilots.isEmpty()) {
      present.values().stream()
          .filter(parked -> pilots.contains(parked.seat.pilot()) && !parked.inClaim)
          .forEach(untried::add);
    }
  }

  /**
   * The claim had something for the seat. True if it can be told; false if its client has gone. In
   * that case a newer request of the same slot is to ask again: it will get what the slot holds.
   */
  boolean served(Parked parked) {
    back(parked);
    if (parked.left) {
      return false;
    }
    parked.left = true;
    present.remove(parked.seat.key(), parked);
    return true;
  }

  /** True if the slot of this request asks anew; that request is tried next. */
  boolean succeeded(Parked parked) {
    Parked newer = present.get(parked.seat.key());
    if (newer == null || newer == parked) {
      return false;
    }
    if (!newer.inClaim) {
      untried.add(newer);
    }
    return true;
  }

  /**
   * The claim had nothing, or failed. True if its wait is over by now and it is to be told.
   *
   * @param seen false if the claim failed, so that the next one looks again
   */
  boolean putBack(Parked parked, boolean seen) {
    if (!parked.left && !parked.over) {
      sit(parked);
      if (!seen) {
        untried.add(parked);
      }
    }
    back(parked);
    if (parked.left || !parked.over) {
      return false;
    }
    leave(parked);
    return true;
  }

  private void take(Parked parked) {
    SeatsOfKind group = groups.get(parked.kind);
    if (group != null) {
      group.out++;
    }
    stand(parked);
    parked.inClaim = true;
  }

  private void back(Parked parked) {
    parked.inClaim = false;
    SeatsOfKind group = groups.get(parked.kind);
    if (group != null) {
      group.out--;
      forgetIfEmpty(parked.kind, group);
    }
  }

  private void sit(Parked parked) {
    groups
        .computeIfAbsent(parked.kind, kind -> new SeatsOfKind())
        .idle
        .put(parked.seat.key(), parked);
  }

  private void stand(Parked parked) {
    untried.remove(parked);
    SeatsOfKind group = groups.get(parked.kind);
    if (group != null && group.idle.remove(parked.seat.key(), parked)) {
      forgetIfEmpty(parked.kind, group);
    }
  }

  private void forgetIfEmpty(Seat.Kind kind, SeatsOfKind group) {
    if (group.idle.isEmpty() && group.out == 0) {
      groups.remove(kind);
      due.remove(kind);
    }
  }
}
