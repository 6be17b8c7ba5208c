package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A planned workflow with the states in which it and its jobs are stored. If its request starts it
 * at once, the first jobs are defined and noops have finished already.
 *
 * @param jobs all jobs, in the order of the plan
 * @param done the number of jobs that have succeeded already
 */
public record InitialState(WorkflowPlan plan, WorkflowState state, List<Job> jobs, int done) {

  /** The initial state of a plan; a template if its request does not start it. */
  public static InitialState of(WorkflowPlan plan) {
    boolean start = plan.request().start();
    WorkflowProgress progress =
        new WorkflowProgress(
            start ? WorkflowState.DEFINED : WorkflowState.TEMPLATE,
            plan.jobs().stream().map(TrackedJob::of).toList());
    if (start) {
      progress.start();
    }
    Map<UUID, JobState> states = new HashMap<>();
    progress.changed().forEach(job -> states.put(job.uuid(), job.state()));
    List<Job> jobs =
        plan.jobs().stream()
            .map(job -> job.withState(states.getOrDefault(job.uuid(), job.state())))
            .toList();
    return new InitialState(plan, progress.state(), jobs, progress.done());
  }

  /** The jobs that may run at once. */
  public List<Job> definedJobs() {
    return jobs.stream().filter(job -> job.state() == JobState.DEFINED).toList();
  }
}
