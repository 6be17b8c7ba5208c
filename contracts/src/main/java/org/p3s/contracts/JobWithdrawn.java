package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A defined job is not wanted any more. It shares the topic of {@link JobDefined}, so that it never
 * overtakes the definition it speaks of.
 *
 * @param waitingOnly true: a job that a pilot holds already may end by itself; false: its payload
 *     is stopped
 */
public record JobWithdrawn(
    UUID job,
    @Nullable UUID wfuuid,
    boolean waitingOnly,
    String reason,
    @Nullable String by,
    Instant at)
    implements Event {
  public JobWithdrawn {
    requireNonNull(job, "job");
    requireNonNull(reason, "reason");
    requireNonNull(at, "at");
  }

  @Override
  public String key() {
    return (wfuuid == null ? job : wfuuid).toString();
  }
}
