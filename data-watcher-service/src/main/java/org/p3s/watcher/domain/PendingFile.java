package org.p3s.watcher.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that was seen and is not taken yet.
 *
 * @param snapshot the file when it was checked last
 * @param unchangedSince since when every check found this snapshot, see {@link QuietPeriod}
 * @param nextCheck when to check it again; null: at the next scan
 */
public record PendingFile(
    FileSnapshot snapshot, Instant firstSeen, Instant unchangedSince, @Nullable Instant nextCheck) {

  /**
   * The file after one more check.
   *
   * @param before the file after the check before; null if this is the first one
   */
  public static PendingFile checked(
      @Nullable PendingFile before, FileSnapshot snapshot, Instant now) {
    return new PendingFile(
        snapshot,
        before == null ? now : before.firstSeen,
        QuietPeriod.unchangedSince(before, snapshot, now),
        null);
  }

  public PendingFile withNextCheck(@Nullable Instant time) {
    return new PendingFile(snapshot, firstSeen, unchangedSince, time);
  }

  public boolean isDue(Instant now) {
    return nextCheck != null && !nextCheck.isAfter(now);
  }
}
