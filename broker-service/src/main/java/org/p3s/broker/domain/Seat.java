package org.p3s.broker.domain;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pilot's slot that asks for a job.
 *
 * @param request the same id gets the same job
 * @param remainingS seconds of life that the pilot has left, null if it does not say
 */
public record Seat(
    UUID pilot,
    int slot,
    UUID request,
    String site,
    Map<String, String> labels,
    @Nullable Long remainingS) {

  public Seat {
    labels = Map.copyOf(labels);
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
