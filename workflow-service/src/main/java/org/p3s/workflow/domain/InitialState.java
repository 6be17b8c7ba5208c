package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A plan and what its start makes of it at once: its roots are defined, noops are through.
 *
 * @param jobs in the states that they have after the start
 * @param done jobs that are through already
 */
public record InitialState(WorkflowPlan plan, WorkflowState state, List<Job> jobs, int done) {

  /** Starts a plan, unless its order says that it shall stay a template. */
  public static InitialState of(WorkflowPlan plan) {
    boolean start = plan.order().start();
    WorkflowProgress progress =
        new WorkflowProgress(
            start ? WorkflowState.DEFINED : WorkflowState.TEMPLATE,
            plan.jobs().stream().map(WorkflowProgress.Step::of).toList());
    if (start) {
      progress.start();
    }
    Map<UUID, JobState> states = new HashMap<>();
    progress.changed().forEach(step -> states.put(step.job(), step.state()));
    List<Job> jobs =
        plan.jobs().stream()
            .map(job -> job.in(states.getOrDefault(job.uuid(), job.state())))
            .toList();
    return new InitialState(plan, progress.state(), jobs, progress.done());
  }

  public List<Job> defined() {
    return jobs.stream().filter(job -> job.state() == JobState.DEFINED).toList();
  }
}
