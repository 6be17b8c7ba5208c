package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.p3s.contracts.JobAdjusted;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.postgres.JobSelectionStore;
import org.p3s.workflow.postgres.JobSelectionStore.Chosen;
import org.p3s.workflow.postgres.JobSelectionStore.Selector;

/**
 * What people do to all jobs that they choose. One transaction per step: what is done stays done if
 * a later step fails, and doing it again does the rest.
 */
@ApplicationScoped
public class BulkJobActions {

  private static final int STEP = 500;
  private static final UUID FIRST = new UUID(0, 0);

  private final JobSelectionStore store;
  private final Outbox outbox;
  private final InstantSource clock;

  BulkJobActions(JobSelectionStore store, Outbox outbox, InstantSource clock) {
    this.store = store;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** How many would be cancelled now. */
  public Uni<Long> countCancellable(Selector which) {
    return store.countCancellable(which);
  }

  /** How many would get another priority now. */
  public Uni<Long> countAdjustable(Selector which) {
    return store.countAdjustable(which);
  }

  /** Withdraws jobs that have not ended, payloads included; how many. */
  public Uni<Long> cancel(Selector which, String user) {
    return steps(
        (tx, after) ->
            store
                .cancel(tx.sql(), which, after, STEP, clock.instant())
                .invoke(chosen -> tx.emit(withdrawn(chosen, user))));
  }

  private List<org.p3s.contracts.JobWithdrawn> withdrawn(List<Chosen> chosen, String user) {
    String reason = "cancelled by " + user;
    return chosen.stream()
        .filter(job -> job.state() != JobState.TEMPLATE)
        .map(job -> WorkflowEvents.withdrawn(job.uuid(), job.wfuuid(), false, reason, user, clock.instant()))
        .toList();
  }

  /** Changes the priority of jobs that wait; how many. */
  public Uni<Long> adjust(Selector which, int priority, String user) {
    return steps(
        (tx, after) ->
            store
                .adjust(tx.sql(), which, after, STEP, priority)
                .invoke(chosen -> tx.emit(adjusted(chosen, priority, user))));
  }

  private List<JobAdjusted> adjusted(List<Chosen> chosen, int priority, String user) {
    return chosen.stream()
        .filter(job -> job.state() == JobState.DEFINED)
        .map(job -> new JobAdjusted(job.uuid(), job.wfuuid(), priority, user, clock.instant()))
        .toList();
  }

  /** How many would be started now. */
  public Uni<Long> countActivatable(Selector which) {
    return store.countActivatable(which);
  }

  /** Defines jobs of no workflow that were posted as templates; how many. */
  public Uni<Long> activate(Selector which) {
    return steps(
        (tx, after) ->
            store
                .activate(tx.sql(), which, after, STEP, clock.instant())
                .invoke(
                    jobs ->
                        tx.emit(jobs.stream().map(j -> WorkflowEvents.defined(j, j.tsDef(), null)).toList()))
                .map(
                    jobs ->
                        jobs.stream().map(j -> new Chosen(j.uuid(), null, j.state())).toList()));
  }

  private Uni<Long> steps(BiFunction<Tx, UUID, Uni<List<Chosen>>> step) {
    return step(step, FIRST, 0);
  }

  private Uni<Long> step(BiFunction<Tx, UUID, Uni<List<Chosen>>> step, UUID after, long before) {
    return outbox
        .transact(tx -> step.apply(tx, after))
        .flatMap(
            chosen -> {
              long done = before + chosen.size();
              // A step may find fewer than there are: jobs end meanwhile.
              return chosen.isEmpty()
                  ? Uni.createFrom().item(done)
                  : step(step, chosen.get(chosen.size() - 1).uuid(), done);
            });
  }
}
