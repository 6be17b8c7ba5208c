package org.p3s.watcher.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What happens to a file when it is processed. */
public enum AfterAction {
  /** It stays where it is. */
  KEEP,
  /** It moves to the watch's archive directory. */
  MOVE,
  /** It is deleted. */
  DELETE;

  /** The value in the API and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Empty if there is no such action. */
  public static Optional<AfterAction> of(String text) {
    return Arrays.stream(values()).filter(action -> action.text().equals(text)).findFirst();
  }
}
