package org.p3s.monitor.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs are wanted; a condition that is null excludes none.
 *
 * @param wfuuid jobs of this workflow
 * @param since jobs that were defined at this time or later
 */
@RecordBuilder
public record JobFilter(
    @Nullable String state,
    @Nullable String jobtype,
    @Nullable UUID wfuuid,
    @Nullable String site,
    @Nullable String name,
    @Nullable Instant since) {

  public static JobFilter all() {
    return JobFilterBuilder.builder().build();
  }

  public static JobFilter ofState(@Nullable String state) {
    return JobFilterBuilder.builder().state(state).build();
  }

  public static JobFilter ofWorkflow(UUID wfuuid) {
    return JobFilterBuilder.builder().wfuuid(wfuuid).build();
  }
}
