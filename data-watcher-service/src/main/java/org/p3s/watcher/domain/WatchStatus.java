package org.p3s.watcher.domain;

import java.util.Locale;

/**
 * What a watch does at the moment. It is not stored: it follows from the switch that an operator
 * sets and from the last attempt to read the directory.
 */
public enum WatchStatus {
  /** An operator paused it; new files are taken when it is resumed. */
  PAUSED,
  /** It reads its directory. */
  WATCHING,
  /** Its directory could not be read; it tries again at the next scan. */
  FAILING;

  public static WatchStatus of(boolean paused, boolean hasProblem) {
    if (paused) {
      return PAUSED;
    }
    return hasProblem ? FAILING : WATCHING;
  }

  /** The value in the API. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
