package org.p3s.workflow.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The state of the file on an edge. */
public enum DatasetState {
  /** The job that writes it has not ended. */
  EXPECTED,
  /** A pilot has seen the file. */
  READY,
  /** The job that writes it ended without it. */
  MISSING,
  /** The job that writes it was cancelled or dropped. */
  DROPPED;

  public Set<DatasetState> successors() {
    return switch (this) {
      case EXPECTED -> EnumSet.of(READY, MISSING, DROPPED);
      case MISSING -> EnumSet.of(READY, DROPPED);
      // A later attempt may leave out a file that an earlier one wrote.
      case READY -> EnumSet.of(MISSING, DROPPED);
      case DROPPED -> EnumSet.noneOf(DatasetState.class);
    };
  }

  /** The state of a file that a pilot looked for. */
  public static DatasetState observed(boolean exists) {
    return exists ? READY : MISSING;
  }

  /** The state of a file that was not written before its job ended in that state. */
  public static DatasetState notWritten(JobState end) {
    return end.isUnwanted() ? DROPPED : MISSING;
  }

  /** Its name in the database and in the API. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static DatasetState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
