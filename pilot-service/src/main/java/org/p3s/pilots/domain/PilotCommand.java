package org.p3s.pilots.domain;

import java.util.Locale;

/** What an operator wants of a pilot, which gets it with the answer to its next heartbeat. */
public enum PilotCommand {
  /** Finish the jobs that it holds, take no more, then end. */
  DRAIN,
  /** Stop its payloads and end now. */
  STOP;

  /** The command as JSON and the database have it: {@code drain}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The command with that {@link #text()}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static PilotCommand of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
