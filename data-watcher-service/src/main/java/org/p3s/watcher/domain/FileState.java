package org.p3s.watcher.domain;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The state of a file in the ledger. */
public enum FileState {
  /** It was found; it is not complete yet, or waits because the watch has reached its cap. */
  SEEN,
  /** It is complete and selected; its workflows were requested. */
  ARRIVED,
  /** Each of its DAGs has a workflow that finished. */
  PROCESSED,
  /** Each of its DAGs has a workflow that ended, and not all finished. A rerun can correct that. */
  FAILED,
  /** It is complete, and the watch's fraction left it out. */
  SKIPPED;

  /** The states that may follow this one. The ledger makes no other change of state. */
  public Set<FileState> successors() {
    return switch (this) {
      case SEEN -> EnumSet.of(ARRIVED, SKIPPED);
      case ARRIVED -> EnumSet.of(PROCESSED, FAILED);
      case FAILED -> EnumSet.of(PROCESSED);
      case PROCESSED, SKIPPED -> EnumSet.noneOf(FileState.class);
    };
  }

  /** The value in the API and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Empty if there is no such state. */
  public static Optional<FileState> of(String text) {
    return Arrays.stream(values()).filter(state -> state.text().equals(text)).findFirst();
  }
}
