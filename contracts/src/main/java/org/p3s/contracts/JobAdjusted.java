package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The priority of a job was changed. It has an effect while the job waits.
 *
 * @param by the user who changed it
 */
public record JobAdjusted(
    UUID job, @Nullable UUID wfuuid, int priority, @Nullable String by, Instant at)
    implements Event {
  public JobAdjusted {
    requireNonNull(job, "job");
    requireNonNull(at, "at");
  }

  @Override
  public String key() {
    return (wfuuid == null ? job : wfuuid).toString();
  }
}
