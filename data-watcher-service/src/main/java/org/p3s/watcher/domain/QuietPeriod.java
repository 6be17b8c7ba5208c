package org.p3s.watcher.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The quiet period: a file is complete when its size and modification time have not changed for
 * this long. With zero a file is complete when it is seen first, which is right where files are
 * renamed into the directory.
 *
 * <p>Time is counted between checks of the watcher. The file's own modification time is not used
 * for it: the clock of a file server may differ.
 */
public final class QuietPeriod {

  /** For a watch that does not say its quiet period. */
  public static final Duration DEFAULT = Duration.ofSeconds(5);

  /**
   * Since when the file has not changed.
   *
   * @param before the file after the check before; null if this is the first one
   */
  static Instant unchangedSince(@Nullable PendingFile before, FileSnapshot current, Instant now) {
    return before != null && before.snapshot().equals(current) ? before.unchangedSince() : now;
  }

  /** When the quiet period of the file ends if it does not change before. */
  static Instant end(Duration quietPeriod, PendingFile file) {
    return file.unchangedSince().plus(quietPeriod);
  }

  private QuietPeriod() {}
}
