package org.p3s.pilot.payload;

import org.jspecify.annotations.Nullable;

/**
 * Why a payload is stopped.
 *
 * @param state the end state that the finish report gives
 * @param reason for people; it is in the finish report and in the log
 * @param report false if the broker no longer accepts a finish report for the job
 */
public record PayloadStop(String state, String reason, boolean report) {

  private static final String TIMELIMIT = "timelimit";

  public static final PayloadStop LEASE_LOST =
      new PayloadStop("killed", "its lease is lost", false);

  public static final PayloadStop PILOT_LOST =
      new PayloadStop("killed", "its pilot had been declared lost", true);

  public static PayloadStop pilotEnds(String reason) {
    return new PayloadStop("killed", reason, true);
  }

  /** Somebody has cancelled the job. */
  public static PayloadStop cancelled(@Nullable String reason) {
    return new PayloadStop("cancelled", reason == null ? "cancelled" : reason, true);
  }

  static PayloadStop timelimit(long seconds) {
    return new PayloadStop(TIMELIMIT, "over its time limit of " + seconds + " s", true);
  }

  public boolean isTimelimit() {
    return state.equals(TIMELIMIT);
  }
}
