package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A defined job shall not run any more. It is on the topic of {@link JobDefined}, so that it never
 * arrives before the definition of its job.
 *
 * @param waitingOnly true: only a waiting job is cancelled, a running one goes on; false: the
 *     payload of a running job is stopped as well
 * @param by the user who cancelled it, null if its workflow's end did
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
