package org.p3s.workflow.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowPlan;

/** Stores planned workflows and emits the events about them. */
@ApplicationScoped
class WorkflowInserter {

  private final WorkflowStore store;
  private final InstantSource clock;
  private final MeterRegistry metrics;

  WorkflowInserter(WorkflowStore store, InstantSource clock, MeterRegistry metrics) {
    this.store = store;
    this.clock = clock;
    this.metrics = metrics;
  }

  /**
   * Stores workflows in their initial state, which is decided before, so that each table needs one
   * insert only. A workflow is left out if its arrived file has a workflow of its template already.
   */
  Uni<Void> insert(Tx tx, List<WorkflowPlan> plans) {
    if (plans.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<InitialState> all = withoutDuplicates(plans).stream().map(InitialState::of).toList();
    return store
        .insertWorkflows(tx, all)
        .flatMap(
            inserted -> {
              List<InitialState> stored =
                  all.stream().filter(w -> inserted.contains(w.plan().uuid())).toList();
              if (stored.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              emitEvents(tx, stored);
              return insertJobsAndDatasets(tx, stored);
            });
  }

  private void emitEvents(Tx tx, List<InitialState> stored) {
    for (InitialState workflow : stored) {
      tx.emit(WorkflowEvents.workflowDefined(workflow));
      tx.emit(workflow.definedJobs().stream().map(WorkflowEvents::jobDefined).toList());
      if (workflow.state().isEnd()) {
        tx.emit(WorkflowEvents.workflowFinished(workflow));
      }
    }
    metrics.counter("p3s.workflows.defined").increment(stored.size());
  }

  private Uni<Void> insertJobsAndDatasets(Tx tx, List<InitialState> stored) {
    Instant now = clock.instant();
    List<Job> jobs = stored.stream().flatMap(w -> w.jobs().stream()).toList();
    List<Dataset> datasets = stored.stream().flatMap(w -> w.plan().datasets().stream()).toList();
    return store.insertJobs(tx, jobs).chain(() -> store.insertDatasets(tx, datasets, now));
  }

  // One batch may contain the same arrived file twice.
  private static List<WorkflowPlan> withoutDuplicates(List<WorkflowPlan> plans) {
    Set<String> seen = new HashSet<>();
    return plans.stream()
        .filter(plan -> plan.file() == null || seen.add(plan.file() + " " + plan.dag()))
        .toList();
  }
}
