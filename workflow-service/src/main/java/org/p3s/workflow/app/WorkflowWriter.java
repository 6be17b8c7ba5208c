package org.p3s.workflow.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.WorkflowConfig;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.RetryPolicy;

/** Stores what was decided for locked workflows and emits the events about it. */
@ApplicationScoped
class WorkflowWriter {

  private final WorkflowStore store;
  private final InstantSource clock;
  private final RetryPolicy retries;
  private final MeterRegistry metrics;

  WorkflowWriter(
      WorkflowStore store, InstantSource clock, WorkflowConfig config, MeterRegistry metrics) {
    this.store = store;
    this.clock = clock;
    this.retries = new RetryPolicy(config.retry().first(), config.retry().most());
    this.metrics = metrics;
  }

  /**
   * Stores the progress of workflows.
   *
   * @param waitingOnly true if jobs that the end of a workflow withdraws may go on if they run
   *     already
   * @param by the person who requested it, null if nobody did
   */
  Uni<Void> write(
      Tx tx, Collection<LockedWorkflow> workflows, boolean waitingOnly, @Nullable String by) {
    Instant now = clock.instant();
    Set<UUID> defined = new LinkedHashSet<>();
    tx.emit(
        workflows.stream()
            .filter(LockedWorkflow::hasStarted)
            .map(workflow -> WorkflowEvents.templateStarted(workflow, now))
            .toList());
    for (LockedWorkflow workflow : workflows) {
      defined.addAll(workflow.progress().defined());
      tx.emit(withdrawnJobs(workflow, waitingOnly, by, now));
    }
    return store
        .storeProgress(tx, workflows, now)
        .chain(() -> store.jobs(tx, defined))
        .invoke(
            jobs -> {
              emitDefined(tx, jobs, now);
              List<LockedWorkflow> ended =
                  workflows.stream().filter(LockedWorkflow::hasEnded).toList();
              tx.emit(ended.stream().map(w -> WorkflowEvents.workflowFinished(w, now)).toList());
              ended.forEach(this::count);
            })
        .replaceWithVoid();
  }

  /** Emits that jobs may run: first attempts at once, retries after their wait. */
  void emitDefined(Tx tx, List<Job> jobs, Instant now) {
    tx.emit(
        jobs.stream()
            .map(job -> WorkflowEvents.jobDefined(job, now, retries.notBefore(job.attempt(), now)))
            .toList());
  }

  private static List<JobWithdrawn> withdrawnJobs(
      LockedWorkflow workflow, boolean waitingOnly, @Nullable String by, Instant now) {
    String reason = "the workflow ended: " + workflow.progress().reason();
    return workflow.progress().withdrawn().stream()
        .map(job -> new JobWithdrawn(job, workflow.uuid(), waitingOnly, reason, by, now))
        .toList();
  }

  private void count(LockedWorkflow workflow) {
    metrics
        .counter("p3s.workflows.finished", "state", workflow.progress().state().text())
        .increment();
  }
}
