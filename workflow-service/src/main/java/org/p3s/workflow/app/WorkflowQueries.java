package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads workflows, jobs and datasets as the API shows them. Lists are sorted newest first; null
 * parameters do not filter, and {@code after} is the last uuid of the page before. A call for one
 * thing fails with the problem {@code not-found} if there is none.
 */
public interface WorkflowQueries {

  /** Filters a list of workflows; null does not filter. */
  record WorkflowFilter(
      @Nullable String state,
      @Nullable String dag,
      @Nullable String name,
      @Nullable Boolean reprocess,
      @Nullable UUID rerunOf) {}

  /** Filters a list of datasets; null does not filter. */
  record DatasetFilter(@Nullable UUID workflow, @Nullable String state, @Nullable String path) {}

  Uni<JobDefinitionView> job(UUID uuid);

  /** Those jobs, in the order of the uuids. */
  Uni<List<JobDefinitionView>> jobs(List<UUID> uuids);

  /**
   * Selected jobs.
   *
   * @param since only those that were defined at that time or later
   */
  Uni<List<JobDefinitionView>> jobs(
      JobSelector selector, @Nullable Instant since, @Nullable UUID after, int limit);

  /** One workflow with its jobs and datasets. */
  Uni<WorkflowView> workflow(UUID uuid);

  /** One workflow without its jobs and datasets. */
  Uni<WorkflowView> workflowSummary(UUID uuid);

  /** Workflows without their jobs and datasets. */
  Uni<List<WorkflowView>> workflows(WorkflowFilter filter, @Nullable UUID after, int limit);

  /** The number of workflows of a template that run. */
  Uni<Long> countRunning(String dag);

  Uni<DatasetView> dataset(UUID uuid);

  Uni<List<DatasetView>> datasets(DatasetFilter filter, @Nullable UUID after, int limit);
}
