package org.p3s.workflow.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows from the events of one workflow: which jobs are defined, which are
 * withdrawn, and how the workflow ends. Repeated and outdated events change nothing.
 */
public final class WorkflowProgress {

  private final Map<UUID, TrackedJob> jobs = new LinkedHashMap<>();
  private final Map<UUID, List<UUID>> children = new HashMap<>();
  private final Map<UUID, Integer> unfinishedParents = new LinkedHashMap<>();
  private final Set<UUID> defined = new LinkedHashSet<>();
  private final Set<UUID> withdrawn = new LinkedHashSet<>();
  private final Set<UUID> changed = new LinkedHashSet<>();
  private WorkflowState state;
  private @Nullable String reason;
  private boolean reprocess;

  public WorkflowProgress(WorkflowState state, Collection<TrackedJob> all) {
    this.state = state;
    for (TrackedJob job : all) {
      jobs.put(job.uuid(), job);
    }
    for (TrackedJob job : all) {
      int unfinished = 0;
      for (UUID parent : job.parents()) {
        children.computeIfAbsent(parent, p -> new ArrayList<>()).add(job.uuid());
        unfinished += job(parent).state().isEnd() ? 0 : 1;
      }
      unfinishedParents.put(job.uuid(), unfinished);
    }
  }

  /** Starts a defined workflow: every job without unfinished parents is defined. */
  public void start() {
    if (state != WorkflowState.DEFINED) {
      return;
    }
    changeState(WorkflowState.RUNNING);
    Deque<UUID> ready = new ArrayDeque<>();
    unfinishedParents.forEach(
        (job, unfinished) -> {
          if (unfinished == 0) {
            ready.add(job);
          }
        });
    startReadyJobs(ready);
  }

  /** Starts a workflow that was made as a template. */
  public void startTemplate() {
    if (state == WorkflowState.TEMPLATE) {
      changeState(WorkflowState.DEFINED);
      start();
    }
  }

  /**
   * Takes in the end of a job's attempt.
   *
   * @return false if the attempt has ended before, so that nothing changed
   */
  public boolean attemptEnded(UUID uuid, int attempt, JobState end, boolean success) {
    TrackedJob job = jobs.get(uuid);
    if (job == null || job.state().isEnd() || attempt != job.attempt()) {
      return false;
    }
    if (!success && isRetried(job, end)) {
      changeJob(job.withNextAttempt());
      defined.add(uuid);
      return true;
    }
    TrackedJob ended = job.with(end, success);
    changeJob(ended);
    if (state == WorkflowState.RUNNING && !ended.letsWorkflowContinue()) {
      reprocess = RetryPolicy.needsReprocessing(end, ended.maxattempts());
      endWorkflow(WorkflowState.FAILED, failureReason(ended, end));
    }
    Deque<UUID> ready = new ArrayDeque<>();
    releaseChildren(uuid, ready);
    startReadyJobs(ready);
    return true;
  }

  private boolean isRetried(TrackedJob job, JobState end) {
    return state == WorkflowState.RUNNING
        && RetryPolicy.allowsRetry(end, job.attempt(), job.maxattempts());
  }

  private static String failureReason(TrackedJob job, JobState end) {
    String how = end == JobState.FINISHED ? " failed" : " ended as " + end.text();
    String last = job.maxattempts() > 1 ? ", attempt " + job.attempt() : "";
    return "job " + job.node() + how + last;
  }

  /** Cancels the workflow: waiting jobs are cancelled, jobs that the broker knows are withdrawn. */
  public void cancel(String why) {
    if (!state.isEnd()) {
      endWorkflow(WorkflowState.CANCELLED, why);
    }
  }

  private void endWorkflow(WorkflowState end, @Nullable String why) {
    changeState(end);
    reason = why;
    for (TrackedJob job : List.copyOf(jobs.values())) {
      if (job.state() == JobState.TEMPLATE) {
        changeJob(job.with(JobState.CANCELLED, false));
      } else if (defined.remove(job.uuid())) {
        // It was defined by this batch, so that no event about it has been sent.
        changeJob(job.with(JobState.CANCELLED, false));
      } else if (!job.state().isEnd()) {
        withdrawn.add(job.uuid());
      }
    }
  }

  private void startReadyJobs(Deque<UUID> ready) {
    while (!ready.isEmpty() && state == WorkflowState.RUNNING) {
      TrackedJob job = job(ready.remove());
      if (job.state() != JobState.TEMPLATE) {
        continue;
      }
      if (job.optional() && job.parents().stream().anyMatch(p -> !job(p).succeeded())) {
        // The rest of an optional branch is left out after a failure in it.
        changeJob(job.with(JobState.CANCELLED, false));
        releaseChildren(job.uuid(), ready);
      } else if (job.noop()) {
        changeJob(job.with(JobState.FINISHED, true));
        releaseChildren(job.uuid(), ready);
      } else {
        changeJob(job.with(JobState.DEFINED, false));
        defined.add(job.uuid());
      }
    }
    if (state == WorkflowState.RUNNING
        && jobs.values().stream().allMatch(job -> job.state().isEnd())) {
      endWorkflow(WorkflowState.FINISHED, null);
    }
  }

  private void releaseChildren(UUID job, Deque<UUID> ready) {
    for (UUID child : children.getOrDefault(job, List.of())) {
      if (unfinishedParents.merge(child, -1, Integer::sum) == 0) {
        ready.add(child);
      }
    }
  }

  private void changeJob(TrackedJob next) {
    JobState before = job(next.uuid()).state();
    if (before != next.state() && !before.successors().contains(next.state())) {
      throw new IllegalStateException(
          "job " + next.uuid() + " can't change from " + before + " to " + next.state());
    }
    jobs.put(next.uuid(), next);
    changed.add(next.uuid());
  }

  private void changeState(WorkflowState next) {
    if (!state.successors().contains(next)) {
      throw new IllegalStateException("a workflow can't change from " + state + " to " + next);
    }
    state = next;
  }

  private TrackedJob job(UUID uuid) {
    TrackedJob job = jobs.get(uuid);
    if (job == null) {
      throw new IllegalStateException("job " + uuid + " is not part of this workflow");
    }
    return job;
  }

  public WorkflowState state() {
    return state;
  }

  /** Why it failed or was cancelled, else null. */
  public @Nullable String reason() {
    return reason;
  }

  /** True if it failed just now because a job failed at each of several attempts. */
  public boolean reprocess() {
    return reprocess;
  }

  /** The jobs that may run from now on, first attempts and retries, in order. */
  public List<UUID> defined() {
    return defined.stream().filter(uuid -> job(uuid).state() == JobState.DEFINED).toList();
  }

  /** The jobs that the broker knows and that are not needed any more. */
  public Set<UUID> withdrawn() {
    return withdrawn;
  }

  /** The jobs whose state or attempt changed, as they are now. */
  public List<TrackedJob> changed() {
    return changed.stream().map(this::job).toList();
  }

  /** The number of jobs that succeeded, noops included. */
  public int done() {
    return (int) jobs.values().stream().filter(TrackedJob::succeeded).count();
  }
}
