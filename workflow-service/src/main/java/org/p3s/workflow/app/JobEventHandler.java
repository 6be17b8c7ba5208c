package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.postgres.JobEventStore;
import org.p3s.workflow.postgres.LockedWorkflow;
import org.p3s.workflow.postgres.WorkflowStore;

/** Takes in what became of jobs: load, decide, store and tell in one transaction per batch. */
@ApplicationScoped
public class JobEventHandler {

  private final WorkflowStore workflows;
  private final JobEventStore store;
  private final WorkflowWriter settlement;
  private final Outbox outbox;
  private final InstantSource clock;
  private final ServiceLog log;

  JobEventHandler(
      WorkflowStore workflows,
      JobEventStore store,
      WorkflowWriter settlement,
      Outbox outbox,
      InstantSource clock,
      ServiceLog log) {
    this.workflows = workflows;
    this.store = store;
    this.settlement = settlement;
    this.outbox = outbox;
    this.clock = clock;
    this.log = log;
  }

  /** Attempts of jobs ended. What was told before changes nothing. */
  public Uni<Void> ended(List<JobFinished> ends) {
    List<JobFinished> first = firstOfEach(ends);
    Set<UUID> ofWorkflows =
        first.stream().flatMap(end -> Stream.ofNullable(end.wfuuid())).collect(Collectors.toSet());
    return outbox
        .transact(
            tx ->
                workflows
                    .lock(tx.sql(), ofWorkflows)
                    .flatMap(
                        locked ->
                            store.storeEnds(tx, first).call(news -> follow(tx, news, locked))))
        .invoke(this::complain)
        .replaceWithVoid();
  }

  private Uni<Void> follow(Tx tx, List<JobFinished> news, Map<UUID, LockedWorkflow> locked) {
    news.forEach(end -> apply(end, locked));
    return store
        .storeFiles(tx, news, clock.instant())
        .chain(() -> retryAlone(tx, news))
        .chain(() -> settlement.settle(tx, locked.values(), true, null));
  }

  private static void apply(JobFinished end, Map<UUID, LockedWorkflow> locked) {
    @Nullable LockedWorkflow workflow = end.wfuuid() == null ? null : locked.get(end.wfuuid());
    if (workflow != null) {
      JobState state = JobState.of(end.state().json());
      workflow.progress().ended(end.job(), end.attempt(), state, end.succeeded());
    }
  }

  private static List<JobFinished> firstOfEach(List<JobFinished> ends) {
    Map<String, JobFinished> first = new LinkedHashMap<>();
    ends.forEach(end -> first.putIfAbsent(end.job() + "/" + end.attempt(), end));
    return List.copyOf(first.values());
  }

  // Jobs of workflows are retried by their workflow's progress.
  private Uni<Void> retryAlone(Tx tx, List<JobFinished> ends) {
    Instant now = clock.instant();
    List<JobFinished> failed =
        ends.stream()
            .filter(end -> end.wfuuid() == null && !end.succeeded())
            .filter(end -> end.state() != JobEnd.CANCELLED && end.state() != JobEnd.DROPPED)
            .toList();
    return store
        .retry(tx.sql(), failed)
        .invoke(jobs -> settlement.define(tx, jobs, now))
        .replaceWithVoid();
  }

  // A payload that says that all is well and leaves no file is worth a word.
  private void complain(List<JobFinished> ends) {
    ends.stream()
        .filter(JobFinished::succeeded)
        .flatMap(
            end ->
                end.outputs().stream()
                    .filter(file -> !file.exists())
                    .map(
                        file ->
                            "job "
                                + end.job()
                                + " ("
                                + Objects.requireNonNullElse(end.node(), end.jobtype())
                                + ") exited with 0 and did not write "
                                + file.path()))
        .forEach(log::warn);
  }

  /** Jobs were dispatched, started or requeued. */
  public Uni<Void> progressed(List<JobProgress> events) {
    return outbox.transact(
        tx -> {
          tx.pipeline(store.storeProgress(tx, events));
          return Uni.createFrom().voidItem();
        });
  }
}
