package org.p3s.pilots.domain;

/** How a pilot ended; {@link #OK} while it lives. The names are those of the old system. */
public enum PilotStatus {
  OK,
  FAIL,
  /** It was silent for too long. */
  TO,
  /** An operator stopped it. */
  KILL
}
