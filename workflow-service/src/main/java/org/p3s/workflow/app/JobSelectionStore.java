package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Job;

/**
 * Counts and changes selected jobs. A change is done in steps: each takes the next jobs, by uuid,
 * after a given one, at most {@code limit} of them.
 */
public interface JobSelectionStore {

  /** The number of selected jobs that {@link #cancel} would cancel. */
  Uni<Long> countCancellable(JobSelector selector);

  /** The number of selected jobs that {@link #changePriority} would change. */
  Uni<Long> countAdjustable(JobSelector selector);

  /** The number of selected jobs that {@link #start} would start. */
  Uni<Long> countStartable(JobSelector selector);

  /**
   * Excludes further attempts of jobs that have not ended, and ends those of no workflow that are
   * templates.
   *
   * @return the jobs with their states before the change
   */
  Uni<List<SelectedJob>> cancel(Tx tx, JobSelector selector, UUID after, int limit, Instant now);

  /** Changes the priority of jobs that wait. */
  Uni<List<SelectedJob>> changePriority(
      Tx tx, JobSelector selector, UUID after, int limit, int priority);

  /** Defines jobs of no workflow that are templates. */
  Uni<List<Job>> start(Tx tx, JobSelector selector, UUID after, int limit, Instant now);
}
