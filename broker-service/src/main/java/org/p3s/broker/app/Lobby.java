package org.p3s.broker.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Seat;

/**
 * Seats that wait for a job: entries of a map, nothing else. A seat is either here or in the hands
 * of one claim, never in two claims. Not thread-safe; its dispatcher guards it.
 */
final class Lobby {

  /** A seat and whom to tell. */
  static final class Parked {
    final Seat seat;
    final Consumer<@Nullable Answer> tell;
    private boolean inClaim;
    private boolean left;
    private boolean over;

    Parked(Seat seat, Consumer<@Nullable Answer> tell) {
      this.seat = seat;
      this.tell = tell;
    }
  }

  private final Map<Seat.Key, Parked> present = new HashMap<>();
  private final Map<Seat.Kind, LinkedHashMap<Seat.Key, Parked>> idle = new LinkedHashMap<>();
  private final Set<Parked> untried = new LinkedHashSet<>();

  int size() {
    return present.size();
  }

  Set<Seat.Kind> kinds() {
    return Set.copyOf(idle.keySet());
  }

  /** The kinds of seats, each with the end of the longest life; MAX for one without an end. */
  Map<Seat.Kind, Instant> lives() {
    Map<Seat.Kind, Instant> lives = new HashMap<>();
    idle.forEach(
        (kind, seats) ->
            seats.values().forEach(parked -> lives.merge(kind, life(parked.seat), Lobby::later)));
    return lives;
  }

  private static Instant life(Seat seat) {
    Instant until = seat.until();
    return until == null ? Instant.MAX : until;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
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

  /** Its wait is over. True if it is to be told so now; else the claim it is in tells it. */
  boolean timeUp(Parked parked) {
    if (parked.left) {
      return false;
    }
    if (parked.inClaim) {
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
    present.values().stream().filter(parked -> parked.inClaim).forEach(p -> p.over = true);
    List<Parked> out = takeOfEachKind(Integer.MAX_VALUE);
    out.forEach(this::leave);
    return out;
  }

  /** Takes seats for a claim, the same number of each kind at most, those that wait longest. */
  List<Parked> takeOfEachKind(int most) {
    List<Parked> taken = new ArrayList<>();
    idle.values().forEach(seats -> seats.values().stream().limit(most).forEach(taken::add));
    taken.forEach(this::take);
    return taken;
  }

  /** Takes seats that no claim has seen yet. */
  List<Parked> takeUntried(int most) {
    List<Parked> taken = untried.stream().limit(most).toList();
    taken.forEach(this::take);
    return taken;
  }

  /** A claim looks at these again, though it has seen them before. */
  void tryAgain(Collection<java.util.UUID> pilots) {
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
    parked.inClaim = false;
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
    parked.inClaim = false;
    if (parked.left) {
      return false;
    }
    if (parked.over) {
      leave(parked);
      return true;
    }
    sit(parked);
    if (!seen) {
      untried.add(parked);
    }
    return false;
  }

  private void take(Parked parked) {
    stand(parked);
    parked.inClaim = true;
  }

  private void sit(Parked parked) {
    idle.computeIfAbsent(parked.seat.kind(), kind -> new LinkedHashMap<>())
        .put(parked.seat.key(), parked);
  }

  private void stand(Parked parked) {
    untried.remove(parked);
    LinkedHashMap<Seat.Key, Parked> seats = idle.get(parked.seat.kind());
    if (seats != null && seats.remove(parked.seat.key(), parked) && seats.isEmpty()) {
      idle.remove(parked.seat.kind());
    }
  }
}
