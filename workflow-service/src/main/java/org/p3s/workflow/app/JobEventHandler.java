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
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.RetryPolicy;

/**
 * Takes in the broker's events about jobs. One transaction per batch locks the workflows, decides
 * what follows, stores it and emits events.
 */
@ApplicationScoped
public class JobEventHandler {

  private final WorkflowStore workflows;
  private final JobEventStore store;
  private final WorkflowWriter writer;
  private final Outbox outbox;
  private final InstantSource clock;
  private final ServiceLog log;

  JobEventHandler(
      WorkflowStore workflows,
      JobEventStore store,
      WorkflowWriter writer,
      Outbox outbox,
      InstantSource clock,
      ServiceLog log) {
    this.workflows = workflows;
    this.store = store;
    this.writer = writer;
    this.outbox = outbox;
    this.clock = clock;
    this.log = log;
  }

  /** Takes in ends of attempts. Repeated events change nothing. */
  public Uni<Void> attemptsEnded(List<JobFinished> events) {
    List<JobFinished> ends = withoutDuplicates(events);
    Set<UUID> ofWorkflows =
        ends.stream().flatMap(end -> Stream.ofNullable(end.wfuuid())).collect(Collectors.toSet());
    return outbox
        .transact(
            tx ->
                workflows
                    .lock(tx, ofWorkflows)
                    .flatMap(
                        locked ->
                            store.storeEnds(tx, ends).call(stored -> advance(tx, stored, locked))))
        .invoke(this::logMissingOutputs)
        .replaceWithVoid();
  }

  private Uni<Void> advance(Tx tx, List<JobFinished> stored, Map<UUID, LockedWorkflow> locked) {
    stored.forEach(end -> apply(end, locked));
    return store
        .storeFiles(tx, stored, clock.instant())
        .chain(() -> retrySingleJobs(tx, stored))
        .chain(() -> writer.write(tx, locked.values(), true, null));
  }

  private static void apply(JobFinished end, Map<UUID, LockedWorkflow> locked) {
    @Nullable LockedWorkflow workflow = end.wfuuid() == null ? null : locked.get(end.wfuuid());
    if (workflow != null) {
      workflow.progress().attemptEnded(end.job(), end.attempt(), endState(end), end.succeeded());
    }
  }

  private static JobState endState(JobFinished end) {
    return JobState.of(end.state().json());
  }

  private static List<JobFinished> withoutDuplicates(List<JobFinished> ends) {
    Map<String, JobFinished> first = new LinkedHashMap<>();
    ends.forEach(end -> first.putIfAbsent(end.job() + "/" + end.attempt(), end));
    return List.copyOf(first.values());
  }

  // For jobs of workflows the workflow's progress decides about retries.
  private Uni<Void> retrySingleJobs(Tx tx, List<JobFinished> ends) {
    Instant now = clock.instant();
    List<JobFinished> failed =
        ends.stream()
            .filter(end -> end.wfuuid() == null && !end.succeeded())
            .filter(end -> RetryPolicy.RETRYABLE_ENDS.contains(endState(end)))
            .toList();
    return store
        .retrySingleJobs(tx, failed, RetryPolicy.RETRYABLE_ENDS)
        .invoke(jobs -> writer.emitDefined(tx, jobs, now))
        .replaceWithVoid();
  }

  // A payload that exits with 0 although it did not write a file probably has an error.
  private void logMissingOutputs(List<JobFinished> ends) {
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

  /** Takes in that jobs were dispatched, started or requeued. */
  public Uni<Void> jobsProgressed(List<JobProgress> events) {
    return outbox.transact(
        tx -> {
          tx.pipeline(store.storeProgress(tx, events));
          return Uni.createFrom().voidItem();
        });
  }
}
