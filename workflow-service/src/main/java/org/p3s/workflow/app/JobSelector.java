package org.p3s.workflow.app;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Selects jobs: those that match all values that are given. Null, or an empty list, matches all.
 *
 * @param site where a job runs, or must run
 */
public record JobSelector(
    List<UUID> uuids,
    @Nullable String jobtype,
    @Nullable String user,
    @Nullable String site,
    @Nullable String state,
    @Nullable UUID wfuuid,
    @Nullable String name) {

  /** Selects one job. */
  public static JobSelector of(UUID job) {
    return new JobSelector(List.of(job), null, null, null, null, null, null);
  }

  /** True if it selects all jobs. */
  public boolean isEmpty() {
    return uuids.isEmpty()
        && jobtype == null
        && user == null
        && site == null
        && state == null
        && wfuuid == null
        && name == null;
  }
}
