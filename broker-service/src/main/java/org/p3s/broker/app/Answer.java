package org.p3s.broker.app;

import org.jspecify.annotations.Nullable;

/**
 * What a claim has for one seat. A seat without an answer got nothing.
 *
 * @param seat index in the list that was asked for
 * @param offer null only if the pilot is gone
 */
public record Answer(int seat, Kind kind, @Nullable Offer offer) {

  /** How the seat comes to it. */
  public enum Kind {
    /** It was given a waiting job. */
    FRESH,
    /** It holds a job already, and gets that one again. */
    HELD,
    /** Its pilot has ended. */
    GONE
  }
}
