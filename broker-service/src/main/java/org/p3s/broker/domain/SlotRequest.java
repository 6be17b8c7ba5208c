package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pilot's request for the job of one slot: a new one, or again the one that the slot holds.
 *
 * @param requestId chosen by the pilot; a repeat with the same id gets the same job
 * @param pilotEndsAt when the pilot's life ends; null if it does not say
 */
public record SlotRequest(
    UUID pilot,
    int slot,
    UUID requestId,
    String site,
    Map<String, String> labels,
    @Nullable Instant pilotEndsAt) {

  private static final long LONGEST_LIFE_S = Duration.ofDays(3_650).toSeconds();

  public SlotRequest {
    labels = Map.copyOf(labels);
  }

  /** The end of the life of a pilot that has that many seconds left; null if it does not say. */
  public static @Nullable Instant endOfLife(@Nullable Long remainingS, Instant now) {
    return remainingS == null
        ? null
        : now.plusSeconds(Math.max(0, Math.min(remainingS, LONGEST_LIFE_S)));
  }

  /** One slot of one pilot; it holds at most one job. */
  public record SlotId(UUID pilot, int slot) {}

  /**
   * What the matching rules look at. Requests of one kind can take the same jobs, except that a
   * pilot with a longer life can take longer ones.
   */
  public record Kind(String site, Map<String, String> labels) {}

  public SlotId slotId() {
    return new SlotId(pilot, slot);
  }

  public Kind kind() {
    return new Kind(site, labels);
  }
}
