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
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.WorkflowConfig;
import org.p3s.workflow.domain.RetryPolicy;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowProgress;
import org.p3s.workflow.postgres.LockedWorkflow;
import org.p3s.workflow.postgres.WorkflowStore;

/** Writes what was decided of locked workflows, and tells it. */
@ApplicationScoped
class WorkflowWriter {

  private final WorkflowStore store;
  private final InstantSource clock;
  private final RetryPolicy backoff;
  private final MeterRegistry metrics;

  WorkflowWriter(
      WorkflowStore store, InstantSource clock, WorkflowConfig config, MeterRegistry metrics) {
    this.store = store;
    this.clock = clock;
    this.backoff = new RetryPolicy(config.retry().first(), config.retry().most());
    this.metrics = metrics;
  }

  /**
   * @param waitingOnly whether jobs that are not wanted any more may end if they run already
   */
  Uni<Void> settle(Tx tx, Collection<LockedWorkflow> all, boolean waitingOnly, @Nullable String by) {
    Instant now = clock.instant();
    Set<UUID> defined = new LinkedHashSet<>();
    tx.emit(all.stream().filter(LockedWorkflow::hasStarted).map(w -> WorkflowEvents.started(w, now)).toList());
    for (LockedWorkflow workflow : all) {
      defined.addAll(workflow.progress().defined());
      withdraw(tx, workflow, waitingOnly, by, now);
    }
    return store
        .store(tx.sql(), all, now)
        .chain(() -> store.jobs(tx.sql(), defined))
        .invoke(
            jobs -> {
              define(tx, jobs, now);
              List<LockedWorkflow> ended = all.stream().filter(LockedWorkflow::hasEnded).toList();
              tx.emit(ended.stream().map(workflow -> WorkflowEvents.finished(workflow, now)).toList());
              ended.forEach(this::count);
            })
        .replaceWithVoid();
  }

  /** Tells that jobs may run: first attempts now, others after their time. */
  void define(Tx tx, List<Job> jobs, Instant now) {
    tx.emit(
        jobs.stream()
            .map(job -> WorkflowEvents.defined(job, now, backoff.before(job.attempt(), now)))
            .toList());
  }

  private static void withdraw(
      Tx tx, LockedWorkflow workflow, boolean waitingOnly, @Nullable String by, Instant now) {
    WorkflowProgress progress = workflow.progress();
    String reason = "the workflow ended: " + progress.reason();
    for (UUID job : progress.withdrawn()) {
      tx.emit(WorkflowEvents.withdrawn(job, workflow.uuid(), waitingOnly, reason, by, now));
    }
  }

  private void count(LockedWorkflow workflow) {
    metrics
        .counter("p3s.workflows.finished", "state", workflow.progress().state().text())
        .increment();
  }
}
