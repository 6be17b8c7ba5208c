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
import org.p3s.workflow.domain.Plan;
import org.p3s.workflow.domain.Started;
import org.p3s.workflow.postgres.WorkflowStore;

/** Stores workflows that were planned, and tells of them. */
@ApplicationScoped
class Insertion {

  private final WorkflowStore store;
  private final InstantSource clock;
  private final MeterRegistry metrics;

  Insertion(WorkflowStore store, InstantSource clock, MeterRegistry metrics) {
    this.store = store;
    this.clock = clock;
    this.metrics = metrics;
  }

  // What the start makes of a workflow is decided before it is stored: one insert per table.
  Uni<Void> insert(Tx tx, List<Plan> wanted) {
    if (wanted.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Started> all = once(wanted).stream().map(Started::of).toList();
    return store
        .insert(tx.sql(), all)
        .flatMap(
            inserted -> {
              List<Started> made =
                  all.stream().filter(s -> inserted.contains(s.plan().uuid())).toList();
              if (made.isEmpty()) {
                return Uni.createFrom().voidItem();
              }
              tell(tx, made);
              return insertParts(tx, made);
            });
  }

  private void tell(Tx tx, List<Started> made) {
    for (Started started : made) {
      Plan plan = started.plan();
      tx.emit(Facts.defined(started));
      tx.emit(
          started.defined().stream().map(job -> Facts.defined(job, plan.tsDef(), null)).toList());
      if (started.state().isEnd()) {
        tx.emit(Facts.finished(started));
      }
    }
    metrics.counter("p3s.workflows.defined").increment(made.size());
  }

  private Uni<Void> insertParts(Tx tx, List<Started> made) {
    Instant now = clock.instant();
    List<Job> jobs = made.stream().flatMap(s -> s.jobs().stream()).toList();
    List<Dataset> data = made.stream().flatMap(s -> s.plan().datasets().stream()).toList();
    return store.insertJobs(tx.sql(), jobs).chain(() -> store.insertDatasets(tx.sql(), data, now));
  }

  // The same arrival may stand in one batch twice.
  private static List<Plan> once(List<Plan> plans) {
    Set<String> seen = new HashSet<>();
    return plans.stream()
        .filter(plan -> plan.file() == null || seen.add(plan.file() + " " + plan.dag()))
        .toList();
  }
}
