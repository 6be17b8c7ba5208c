package org.p3s.broker.app;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Seat;

/** A seat in the lobby and whom to tell; the flags are the lobby's. */
final class Parked {

  final Seat seat;
  final Seat.Kind kind;
  final Consumer<@Nullable Answer> tell;

  /** In the hands of a claim. */
  boolean inClaim;

  /** Not in the lobby any more, whatever a claim finds. */
  boolean left;

  /** Its wait is over; the claim that looks at it tells it. */
  boolean over;

  Parked(Seat seat, Consumer<@Nullable Answer> tell) {
    this.seat = seat;
    this.kind = seat.kind();
    this.tell = tell;
  }

  /** When its pilot's life ends; MAX if it does not say. */
  Instant life() {
    Instant until = seat.until();
    return until == null ? Instant.MAX : until;
  }
}
