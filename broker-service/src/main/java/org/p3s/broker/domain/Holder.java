package org.p3s.broker.domain;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a job, by which fencing number.
 *
 * @param lease of two holders of a job the one with the higher number is right
 * @param labels what the pilot offered when it asked
 */
public record Holder(
    UUID pilot,
    int slot,
    long lease,
    String site,
    Map<String, String> labels,
    @Nullable String host,
    @Nullable Long pid,
    @Nullable String workdir) {

  /** True if this pilot speaks with the number that it was given for this job. */
  public boolean is(UUID otherPilot, long number) {
    return pilot.equals(otherPilot) && lease == number;
  }
}
