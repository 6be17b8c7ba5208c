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
 * The progress of one workflow: told what happened, it decides what follows. Repeats and late news
 * change nothing.
 */
public final class WorkflowProgress {

  /** What progress must know of a job. */
  public record Step(
      UUID job,
      @Nullable String node,
      List<UUID> parents,
      boolean noop,
      boolean optional,
      boolean continues,
      JobState state,
      boolean succeeded,
      int attempt,
      int maxattempts) {

    public static Step of(Job job) {
      return new Step(
          job.uuid(),
          job.node(),
          job.parents(),
          job.noop(),
          job.optional(),
          job.onfailure().equals("continue"),
          job.state(),
          // Of a plan only that is finished which a rerun takes over.
          job.state() == JobState.FINISHED,
          job.attempt(),
          job.maxattempts());
    }

    Step to(JobState target, boolean success) {
      return new Step(
          job, node, parents, noop, optional, continues, target, success, attempt, maxattempts);
    }

    Step again() {
      return new Step(
          job,
          node,
          parents,
          noop,
          optional,
          continues,
          JobState.DEFINED,
          false,
          attempt + 1,
          maxattempts);
    }

    /** Its end, whatever it was, does not stop the workflow. */
    boolean passes() {
      return succeeded || optional || continues;
    }
  }

  private final Map<UUID, Step> steps = new LinkedHashMap<>();
  private final Map<UUID, List<UUID>> children = new HashMap<>();
  private final Map<UUID, Integer> waitingFor = new LinkedHashMap<>();
  private final Set<UUID> defined = new LinkedHashSet<>();
  private final Set<UUID> withdrawn = new LinkedHashSet<>();
  private final Set<UUID> changed = new LinkedHashSet<>();
  private WorkflowState state;
  private @Nullable String reason;
  private boolean reprocess;

  public WorkflowProgress(WorkflowState state, Collection<Step> all) {
    this.state = state;
    for (Step step : all) {
      steps.put(step.job(), step);
    }
    for (Step step : all) {
      int open = 0;
      for (UUID parent : step.parents()) {
        children.computeIfAbsent(parent, p -> new ArrayList<>()).add(step.job());
        open += step(parent).state().isEnd() ? 0 : 1;
      }
      waitingFor.put(step.job(), open);
    }
  }

  /** Starts the workflow: every job that waits for nothing is defined, noops pass. */
  public void start() {
    if (state != WorkflowState.DEFINED) {
      return;
    }
    state = WorkflowState.RUNNING;
    Deque<UUID> ready = new ArrayDeque<>();
    waitingFor.forEach(
        (job, open) -> {
          if (open == 0) {
            ready.add(job);
          }
        });
    proceed(ready);
  }

  /** Starts a workflow that was made as a template. */
  public void activate() {
    if (state == WorkflowState.TEMPLATE) {
      state = WorkflowState.DEFINED;
      start();
    }
  }

  /** An attempt of a job ended. Returns whether this is news. */
  public boolean ended(UUID job, int attempt, JobState end, boolean success) {
    Step step = steps.get(job);
    if (step == null || step.state().isEnd() || attempt != step.attempt()) {
      return false;
    }
    if (!success && retries(step, end)) {
      put(step.again());
      defined.add(job);
      return true;
    }
    put(step.to(end, success));
    Step ended = step(job);
    if (state == WorkflowState.RUNNING && !ended.passes()) {
      reprocess = keepsFailing(ended, end);
      end(WorkflowState.FAILED, why(ended, end));
    }
    Deque<UUID> ready = new ArrayDeque<>();
    release(job, ready);
    proceed(ready);
    return true;
  }

  private boolean retries(Step step, JobState end) {
    return state == WorkflowState.RUNNING
        && step.attempt() < step.maxattempts()
        && !end.isUnwanted();
  }

  // One attempt that fails is a failure; several are a sign that people should look.
  private static boolean keepsFailing(Step step, JobState end) {
    return step.maxattempts() > 1 && !end.isUnwanted();
  }

  private static String why(Step step, JobState end) {
    String how = end == JobState.FINISHED ? " failed" : " ended as " + end.text();
    String last = step.maxattempts() > 1 ? ", attempt " + step.attempt() : "";
    return "job " + step.node() + how + last;
  }

  /** Somebody does not want it any more: what waits is cancelled, what runs is to be stopped. */
  public void cancel(String why) {
    if (!state.isEnd()) {
      end(WorkflowState.CANCELLED, why);
    }
  }

  private void end(WorkflowState target, @Nullable String why) {
    state = target;
    reason = why;
    for (Step step : List.copyOf(steps.values())) {
      if (step.state() == JobState.TEMPLATE) {
        put(step.to(JobState.CANCELLED, false));
      } else if (defined.remove(step.job())) {
        // Defined by this very batch: nobody knows of it yet.
        put(step.to(JobState.CANCELLED, false));
      } else if (!step.state().isEnd()) {
        withdrawn.add(step.job());
      }
    }
  }

  private void proceed(Deque<UUID> ready) {
    while (!ready.isEmpty() && state == WorkflowState.RUNNING) {
      Step step = step(ready.remove());
      if (step.state() != JobState.TEMPLATE) {
        continue;
      }
      if (step.optional() && step.parents().stream().anyMatch(p -> !step(p).succeeded())) {
        // The rest of an optional branch that broke is left out.
        put(step.to(JobState.CANCELLED, false));
        release(step.job(), ready);
      } else if (step.noop()) {
        put(step.to(JobState.FINISHED, true));
        release(step.job(), ready);
      } else {
        put(step.to(JobState.DEFINED, false));
        defined.add(step.job());
      }
    }
    if (state == WorkflowState.RUNNING
        && steps.values().stream().allMatch(s -> s.state().isEnd())) {
      end(WorkflowState.FINISHED, null);
    }
  }

  private void release(UUID job, Deque<UUID> ready) {
    for (UUID child : children.getOrDefault(job, List.of())) {
      if (waitingFor.merge(child, -1, Integer::sum) == 0) {
        ready.add(child);
      }
    }
  }

  private void put(Step step) {
    steps.put(step.job(), step);
    changed.add(step.job());
  }

  private Step step(UUID job) {
    Step step = steps.get(job);
    if (step == null) {
      throw new IllegalStateException("job " + job + " is not of this workflow");
    }
    return step;
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

  /** Jobs that may run from now on, first attempts and retries, in order. */
  public List<UUID> defined() {
    return defined.stream().filter(job -> step(job).state() == JobState.DEFINED).toList();
  }

  /** Jobs that were defined and are not wanted any more. */
  public Set<UUID> withdrawn() {
    return withdrawn;
  }

  /** Steps that are not as they were. */
  public List<Step> changed() {
    return changed.stream().map(this::step).toList();
  }

  /** Jobs that ended well, noops included. */
  public int done() {
    return (int) steps.values().stream().filter(Step::succeeded).count();
  }
}
