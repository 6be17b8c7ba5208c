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
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.postgres.WorkflowStore;

/** Stores workflows that were planned, and tells of them. */
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

  // What the start makes of a workflow is decided before it is stored: one insert per table.
  Uni<Void> insert(Tx tx, List<WorkflowPlan> wanted) {
    if (wanted.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<InitialState> all = once(wanted).stream().map(InitialState::of).toList();
    return store
        .insert(tx.sql(), all)
        .flatMap(
            inserted -> {
              List<InitialState> made =
                  all.stream().filter(s -> inserted.contains(s.plan().uuid())).toList();
              if (made.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              tell(tx, made);
              return insertParts(tx, made);
            });
  }

  private void tell(Tx tx, List<InitialState> made) {
    for (InitialState started : made) {
      WorkflowPlan plan = started.plan();
      tx.emit(WorkflowEvents.defined(started));
      tx.emit(
          started.defined().stream().map(job -> WorkflowEvents.defined(job, plan.tsDef(), null)).toList());
      if (started.state().isEnd()) {
        tx.emit(WorkflowEvents.finished(started));
      }
    }
    metrics.counter("p3s.workflows.defined").increment(made.size());
  }

  private Uni<Void> insertParts(Tx tx, List<InitialState> made) {
    Instant now = clock.instant();
    List<Job> jobs = made.stream().flatMap(s -> s.jobs().stream()).toList();
    List<Dataset> data = made.stream().flatMap(s -> s.plan().datasets().stream()).toList();
    return store.insertJobs(tx.sql(), jobs).chain(() -> store.insertDatasets(tx.sql(), data, now));
  }

  // The same arrival may stand in one batch twice.
  private static List<WorkflowPlan> once(List<WorkflowPlan> plans) {
    Set<String> seen = new HashSet<>();
    return plans.stream()
        .filter(plan -> plan.file() == null || seen.add(plan.file() + " " + plan.dag()))
        .toList();
  }
}
