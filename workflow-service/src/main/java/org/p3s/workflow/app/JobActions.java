package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobAdjusted;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.postgres.IdempotencyStore;
import org.p3s.workflow.postgres.WorkflowQueries;
import org.p3s.workflow.postgres.JobSelectionStore;
import org.p3s.workflow.postgres.WorkflowStore;

/** Jobs on their own, and what people do to single jobs. */
@ApplicationScoped
public class JobActions {

  private final WorkflowStore workflows;
  private final WorkflowQueries jobs;
  private final BulkJobActions many;
  private final IdempotencyStore idempotency;
  private final Outbox outbox;
  private final InstantSource clock;

  JobActions(
      WorkflowStore workflows,
      WorkflowQueries jobs,
      BulkJobActions many,
      IdempotencyStore idempotency,
      Outbox outbox,
      InstantSource clock) {
    this.workflows = workflows;
    this.jobs = jobs;
    this.many = many;
    this.idempotency = idempotency;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Stores all of them or none; those that are defined go to the broker. */
  public Uni<IdempotencyStore.Made> submit(
      List<Job> wanted, IdempotencyStore.@Nullable Request request) {
    return outbox.transact(
        tx ->
            idempotency.once(
                tx.sql(),
                request,
                () -> {
                  tx.emit(
                      wanted.stream()
                          .filter(job -> job.state() == JobState.DEFINED)
                          .map(job -> WorkflowEvents.defined(job, job.tsDef(), null))
                          .toList());
                  tx.pipeline(workflows.insertJobs(tx.sql(), wanted));
                  return Uni.createFrom().item(wanted.stream().map(Job::uuid).toList());
                }));
  }

  /** Does a job of no workflow, that ended, again as a new job. */
  public Uni<IdempotencyStore.Made> rerun(
      UUID uuid, String user, IdempotencyStore.@Nullable Request request) {
    Instant now = clock.instant();
    return outbox.transact(
        tx ->
            workflows
                .jobs(tx.sql(), List.of(uuid))
                .map(found -> again(uuid, found, user, now))
                .flatMap(
                    job ->
                        idempotency.once(
                            tx.sql(),
                            request,
                            () -> {
                              tx.emit(WorkflowEvents.defined(job, now, null));
                              return workflows
                                  .insertJobs(tx.sql(), List.of(job))
                                  .replaceWith(List.of(job.uuid()));
                            })));
  }

  private static Job again(UUID uuid, List<Job> found, String user, Instant now) {
    if (found.isEmpty()) {
      throw ProblemException.notFound("job", uuid);
    }
    Job job = found.get(0);
    if (job.wfuuid() != null) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The job is node "
              + job.node()
              + " of workflow "
              + job.wfuuid()
              + "; do that again from this node.");
    }
    if (!job.state().isEnd()) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The job is " + job.state().text() + "; it can be done again when it has ended.");
    }
    return job.again(Ids.next(), user, now);
  }

  /** Starts a job that was posted as a template; one that was started already stays as it is. */
  public Uni<Void> activate(UUID uuid) {
    return many.activate(JobSelectionStore.Selector.of(uuid))
        .flatMap(done -> done == 0 ? refuseUnlessStarted(uuid) : Uni.createFrom().voidItem());
  }

  private Uni<Void> refuseUnlessStarted(UUID uuid) {
    return jobs.find(uuid)
        .invoke(
            job -> {
              if (job == null) {
                throw ProblemException.notFound("job", uuid);
              }
              if (job.state().equals("template")) {
                throw new ProblemException(
                    CommonProblem.CONFLICT,
                    "The job is a node of workflow "
                        + job.wfuuid()
                        + " and waits for its parents.");
              }
              if (job.state().equals("cancelled")) {
                throw new ProblemException(
                    CommonProblem.CONFLICT, "The job is cancelled; do it again by a rerun.");
              }
            })
        .replaceWithVoid();
  }

  /** Changes the priority of a job that waits. */
  public Uni<Void> adjust(UUID uuid, int priority, String user) {
    return outbox
        .transact(
            tx ->
                jobs.adjust(tx.sql(), uuid, priority)
                    .invoke(
                        changed -> {
                          if (!changed.isEmpty()) {
                            tx.emit(
                                new JobAdjusted(
                                    uuid,
                                    changed.get(0).wfuuid(),
                                    priority,
                                    user,
                                    clock.instant()));
                          }
                        }))
        .flatMap(changed -> changed.isEmpty() ? refuse(uuid) : Uni.createFrom().voidItem());
  }

  private Uni<Void> refuse(UUID uuid) {
    return jobs.find(uuid)
        .map(
            job -> {
              if (job == null) {
                throw ProblemException.notFound("job", uuid);
              }
              throw new ProblemException(
                  CommonProblem.CONFLICT,
                  "The job is " + job.state() + "; the priority matters only while it waits.");
            });
  }

  /** Withdraws a job: it ends as cancelled, its payload is stopped, no attempt follows. */
  public Uni<Void> cancel(UUID uuid, String user) {
    return outbox.transact(
        tx ->
            workflows
                .jobs(tx.sql(), List.of(uuid))
                // As reports do: first the workflow, then its jobs.
                .call(found -> workflows.lock(tx.sql(), workflowsOf(found)))
                .chain(() -> jobs.noMoreAttempts(tx.sql(), uuid))
                .chain(() -> workflows.jobs(tx.sql(), List.of(uuid)))
                .flatMap(found -> cancel(tx, uuid, found, user)));
  }

  private static List<UUID> workflowsOf(List<Job> jobs) {
    return jobs.stream().flatMap(job -> Stream.ofNullable(job.wfuuid())).toList();
  }

  private Uni<Void> cancel(Tx tx, UUID uuid, List<Job> found, String user) {
    if (found.isEmpty()) {
      throw ProblemException.notFound("job", uuid);
    }
    Job job = found.get(0);
    if (job.state().isEnd()) {
      throw new ProblemException(
          CommonProblem.CONFLICT, "The job is " + job.state().text() + " already.");
    }
    if (job.state() == JobState.TEMPLATE && job.wfuuid() != null) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The job waits for its parents; cancel the workflow " + job.wfuuid() + ".");
    }
    Instant now = clock.instant();
    if (job.state() == JobState.TEMPLATE) {
      return jobs.cancelTemplate(tx.sql(), uuid, now);
    }
    tx.emit(WorkflowEvents.withdrawn(uuid, job.wfuuid(), false, "cancelled by " + user, user, now));
    return Uni.createFrom().voidItem();
  }
}
