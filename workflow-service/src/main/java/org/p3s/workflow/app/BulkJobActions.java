package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.JobState;

/**
 * Cancels, adjusts and starts all selected jobs, in steps of one transaction each. If a step fails,
 * the steps before it stay done, and the same call again does the rest.
 */
@ApplicationScoped
public class BulkJobActions {

  private static final int STEP = 500;
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private final JobSelectionStore store;
  private final Outbox outbox;
  private final InstantSource clock;

  BulkJobActions(JobSelectionStore store, Outbox outbox, InstantSource clock) {
    this.store = store;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The number of jobs that would be cancelled now. */
  public Uni<Long> countCancellable(JobSelector selector) {
    return store.countCancellable(selector);
  }

  /** The number of jobs whose priority would be changed now. */
  public Uni<Long> countAdjustable(JobSelector selector) {
    return store.countAdjustable(selector);
  }

  /** The number of jobs that would be started now. */
  public Uni<Long> countStartable(JobSelector selector) {
    return store.countStartable(selector);
  }

  /**
   * Cancels jobs that have not ended; payloads that run are stopped.
   *
   * @return the number of jobs
   */
  public Uni<Long> cancel(JobSelector selector, String user) {
    return inSteps(
        (tx, after) ->
            store
                .cancel(tx, selector, after, STEP, clock.instant())
                .invoke(jobs -> tx.emit(withdrawn(jobs, user))));
  }

  private List<JobWithdrawn> withdrawn(List<SelectedJob> jobs, String user) {
    String reason = "cancelled by " + user;
    return jobs.stream()
        .filter(job -> job.state() != JobState.TEMPLATE)
        .map(
            job -> new JobWithdrawn(job.uuid(), job.wfuuid(), false, reason, user, clock.instant()))
        .toList();
  }

  /**
   * Changes the priority of jobs that wait.
   *
   * @return the number of jobs
   */
  public Uni<Long> adjust(JobSelector selector, int priority, String user) {
    return inSteps(
        (tx, after) ->
            store
                .changePriority(tx, selector, after, STEP, priority)
                .invoke(jobs -> tx.emit(adjusted(jobs, priority, user))));
  }

  private List<JobAdjusted> adjusted(List<SelectedJob> jobs, int priority, String user) {
    return jobs.stream()
        .filter(job -> job.state() == JobState.DEFINED)
        .map(job -> new JobAdjusted(job.uuid(), job.wfuuid(), priority, user, clock.instant()))
        .toList();
  }

  /**
   * Starts jobs of no workflow that are templates.
   *
   * @return the number of jobs
   */
  public Uni<Long> start(JobSelector selector) {
    return inSteps(
        (tx, after) ->
            store
                .start(tx, selector, after, STEP, clock.instant())
                .invoke(jobs -> tx.emit(jobs.stream().map(WorkflowEvents::jobDefined).toList()))
                .map(
                    jobs ->
                        jobs.stream()
                            .map(job -> new SelectedJob(job.uuid(), null, job.state()))
                            .toList()));
  }

  private Uni<Long> inSteps(BiFunction<Tx, UUID, Uni<List<SelectedJob>>> step) {
    return nextStep(step, BEFORE_ALL, 0);
  }

  private Uni<Long> nextStep(
      BiFunction<Tx, UUID, Uni<List<SelectedJob>>> step, UUID after, long before) {
    return outbox
        .transact(tx -> step.apply(tx, after))
        .flatMap(
            jobs -> {
              long done = before + jobs.size();
              // Only an empty step is the last one: a step may find fewer jobs than its limit
              // because some ended meanwhile.
              return jobs.isEmpty()
                  ? Uni.createFrom().item(done)
                  : nextStep(step, jobs.get(jobs.size() - 1).uuid(), done);
            });
  }
}
