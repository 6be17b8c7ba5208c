package org.p3s.broker.domain;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The pilot that holds a job, and its lease.
 *
 * @param lease the fencing number: of two holders of a job the one with the higher number is right
 * @param labels what the pilot offered when it asked for the job
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

  /** True if this is the pilot that holds the job, and the number that it got with it. */
  public boolean is(UUID otherPilot, long number) {
    return pilot.equals(otherPilot) && lease == number;
  }
}
