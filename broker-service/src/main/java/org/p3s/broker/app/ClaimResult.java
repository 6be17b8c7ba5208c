package org.p3s.broker.app;

import org.jspecify.annotations.Nullable;

/**
 * What a claim has for one slot request. A request without a result got nothing.
 *
 * @param index of the request in the list that was passed to the claim
 * @param job null only if the pilot has ended
 */
public record ClaimResult(int index, Kind kind, @Nullable ClaimedJob job) {

  /** Why the request is answered. */
  public enum Kind {
    /** It gets a job that was waiting. */
    NEW,
    /** Its slot holds a job already, and gets that one again. */
    ALREADY_HELD,
    /** Its pilot has ended. */
    PILOT_ENDED
  }
}
