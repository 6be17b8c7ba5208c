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
import org.p3s.contracts.JobWithdrawn;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.app.IdempotencyStore.KeyedRequest;
import org.p3s.workflow.app.IdempotencyStore.Made;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** Makes jobs that belong to no workflow, and adjusts, starts and cancels single jobs. */
@ApplicationScoped
public class JobActions {

  private final WorkflowStore workflows;
  private final SingleJobStore jobs;
  private final WorkflowQueries queries;
  private final BulkJobActions bulk;
  private final IdempotencyStore idempotency;
  private final Outbox outbox;
  private final InstantSource clock;

  JobActions(
      WorkflowStore workflows,
      SingleJobStore jobs,
      WorkflowQueries queries,
      BulkJobActions bulk,
      IdempotencyStore idempotency,
      Outbox outbox,
      InstantSource clock) {
    this.workflows = workflows;
    this.jobs = jobs;
    this.queries = queries;
    this.bulk = bulk;
    this.idempotency = idempotency;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Stores all jobs or none. Jobs that are defined go to the broker, templates do not. */
  public Uni<Made> submit(List<Job> submitted, @Nullable KeyedRequest request) {
    return outbox.transact(
        tx ->
            idempotency.runOnce(
                tx,
                request,
                () -> {
                  tx.emit(
                      submitted.stream()
                          .filter(job -> job.state() == JobState.DEFINED)
                          .map(WorkflowEvents::jobDefined)
                          .toList());
                  tx.pipeline(workflows.insertJobs(tx, submitted));
                  return Uni.createFrom().item(submitted.stream().map(Job::uuid).toList());
                }));
  }

  /** Makes a new job that does the work of an ended job again; not for jobs of workflows. */
  public Uni<Made> rerun(UUID uuid, String user, @Nullable KeyedRequest request) {
    Instant now = clock.instant();
    return outbox.transact(
        tx ->
            workflows
                .jobs(tx, List.of(uuid))
                .map(found -> rerunOf(uuid, found, user, now))
                .flatMap(
                    job ->
                        idempotency.runOnce(
                            tx,
                            request,
                            () -> {
                              tx.emit(WorkflowEvents.jobDefined(job));
                              return workflows
                                  .insertJobs(tx, List.of(job))
                                  .replaceWith(List.of(job.uuid()));
                            })));
  }

  private static Job rerunOf(UUID uuid, List<Job> found, String user, Instant now) {
    Job job = only(uuid, found);
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
    return job.rerun(Ids.next(), user, now);
  }

  private static Job only(UUID uuid, List<Job> found) {
    if (found.isEmpty()) {
      throw ProblemException.notFound("job", uuid);
    }
    return found.get(0);
  }

  /** Starts a job that was submitted as a template. If it was started before, nothing changes. */
  public Uni<Void> start(UUID uuid) {
    return bulk.start(JobSelector.of(uuid))
        .flatMap(started -> started == 0 ? refuseUnlessStarted(uuid) : Uni.createFrom().voidItem());
  }

  private Uni<Void> refuseUnlessStarted(UUID uuid) {
    return queries
        .job(uuid)
        .invoke(
            job -> {
              if (job.state().equals(JobState.TEMPLATE.text())) {
                throw new ProblemException(
                    CommonProblem.CONFLICT,
                    "The job is a node of workflow "
                        + job.wfuuid()
                        + " and waits for its parents.");
              }
              if (job.state().equals(JobState.CANCELLED.text())) {
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
                jobs.changePriority(tx, uuid, priority)
                    .invoke(
                        changed ->
                            changed.ifPresent(
                                job ->
                                    tx.emit(
                                        new JobAdjusted(
                                            uuid, job.wfuuid(), priority, user, clock.instant())))))
        .flatMap(changed -> changed.isEmpty() ? refuseToAdjust(uuid) : Uni.createFrom().voidItem());
  }

  private Uni<Void> refuseToAdjust(UUID uuid) {
    return queries
        .job(uuid)
        .map(
            job -> {
              throw new ProblemException(
                  CommonProblem.CONFLICT,
                  "The job is " + job.state() + "; the priority matters only while it waits.");
            });
  }

  /** Cancels a job: its payload is stopped, and no attempt follows. */
  public Uni<Void> cancel(UUID uuid, String user) {
    return outbox.transact(
        tx ->
            workflows
                .jobs(tx, List.of(uuid))
                // In the order of JobEventHandler: first the workflow, then its jobs.
                .call(found -> workflows.lock(tx, workflowsOf(found)))
                .chain(() -> jobs.excludeRetries(tx, uuid))
                .chain(() -> workflows.jobs(tx, List.of(uuid)))
                .flatMap(found -> cancel(tx, only(uuid, found), user)));
  }

  private static List<UUID> workflowsOf(List<Job> jobs) {
    return jobs.stream().flatMap(job -> Stream.ofNullable(job.wfuuid())).toList();
  }

  private Uni<Void> cancel(Tx tx, Job job, String user) {
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
      return jobs.cancelTemplate(tx, job.uuid(), now);
    }
    tx.emit(new JobWithdrawn(job.uuid(), job.wfuuid(), false, "cancelled by " + user, user, now));
    return Uni.createFrom().voidItem();
  }
}
