package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.Job;

/** Stores workflows with their jobs and datasets, each call for a whole batch. */
public interface WorkflowStore {

  /**
   * Stores workflows without their jobs and datasets. A workflow is left out if its file has a
   * workflow of its template already.
   *
   * @return the uuids of those that were stored
   */
  Uni<Set<UUID>> insertWorkflows(Tx tx, List<InitialState> workflows);

  Uni<Void> insertJobs(Tx tx, List<Job> jobs);

  Uni<Void> insertDatasets(Tx tx, List<Dataset> datasets, Instant now);

  /** Locks workflows until the transaction ends; unknown ones are left out. */
  Uni<Map<UUID, LockedWorkflow>> lock(Tx tx, Collection<UUID> workflows);

  /** Stores what the progress of locked workflows changed. */
  Uni<Void> storeProgress(Tx tx, Collection<LockedWorkflow> workflows, Instant now);

  /** Those jobs, in the order of the uuids; unknown ones are left out. */
  Uni<List<Job>> jobs(Tx tx, Collection<UUID> uuids);

  /** Takes away the mark for reprocessing, because the workflow is done again. */
  Uni<Void> clearReprocess(Tx tx, UUID workflow);

  /**
   * Sets or takes away the mark for reprocessing.
   *
   * @return false if there is no such workflow that has ended
   */
  Uni<Boolean> markReprocess(UUID workflow, boolean reprocess);
}
