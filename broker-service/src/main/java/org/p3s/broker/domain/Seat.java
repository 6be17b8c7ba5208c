package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pilot's slot that asks for a job.
 *
 * @param request the same id gets the same job
 * @param until when the pilot's life ends, null if it does not say
 */
public record Seat(
    UUID pilot,
    int slot,
    UUID request,
    String site,
    Map<String, String> labels,
    @Nullable Instant until) {

  public Seat {
    labels = Map.copyOf(labels);
  }

  private static final long ENDLESS_S = Duration.ofDays(3_650).toSeconds();

  /** The end of a life of which so many seconds remain. */
  public static @Nullable Instant until(@Nullable Long remainingS, Instant now) {
    return remainingS == null
        ? null
        : now.plusSeconds(Math.max(0, Math.min(remainingS, ENDLESS_S)));
  }

  /** One slot of one pilot; it holds one job at most. */
  public record Key(UUID pilot, int slot) {}

  /** What matching looks at: seats of one kind are as good as each other. */
  public record Kind(String site, Map<String, String> labels) {}

  public Key key() {
    return new Key(pilot, slot);
  }

  public Kind kind() {
    return new Kind(site, labels);
  }
}
