package org.p3s.pilots.domain;

/**
 * Decides which state a pilot has after a heartbeat. The database applies the same table to whole
 * batches; it is generated from this class.
 */
public final class HeartbeatTransition {

  /**
   * The reported state if it may follow, else the present one: a pilot that drains and still runs
   * its jobs stays draining, and an ended pilot stays ended. A heartbeat never ends a pilot.
   */
  public static PilotState after(PilotState present, PilotState reported) {
    return !reported.isEnd() && present.successors().contains(reported) ? reported : present;
  }

  private HeartbeatTransition() {}
}
