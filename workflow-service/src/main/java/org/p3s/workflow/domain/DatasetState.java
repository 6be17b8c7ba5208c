package org.p3s.workflow.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What is known of the file on an edge. */
public enum DatasetState {
  EXPECTED,
  /** It was seen, with its size. */
  READY,
  /** Its job ended and it was not there. */
  MISSING,
  DROPPED;

  public Set<DatasetState> successors() {
    return switch (this) {
      case EXPECTED -> EnumSet.of(READY, MISSING, DROPPED);
      case MISSING -> EnumSet.of(READY, DROPPED);
      // A later attempt may not write what an earlier one left.
      case READY -> EnumSet.of(MISSING, DROPPED);
      case DROPPED -> EnumSet.noneOf(DatasetState.class);
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
