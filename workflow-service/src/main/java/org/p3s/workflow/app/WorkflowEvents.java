package org.p3s.workflow.app;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.WorkflowState;
import org.p3s.workflow.postgres.LockedWorkflow;

/** The events that this service tells. */
final class WorkflowEvents {

  /**
   * @param notBefore when a retry may start, null for a first attempt
   */
  static JobDefined defined(Job job, Instant now, @Nullable Instant notBefore) {
    return new JobDefined(
        job.uuid(),
        job.wfuuid(),
        job.node(),
        job.name(),
        job.jobtype(),
        job.payload(),
        job.params(),
        job.env(),
        job.infile(),
        job.priority(),
        job.timelimit(),
        job.attempt(),
        job.maxattempts(),
        job.user(),
        job.site(),
        job.pUuid(),
        job.optional(),
        job.requirements(),
        job.inputs(),
        job.outputs(),
        job.run(),
        job.subrun(),
        now,
        job.staleAt(),
        notBefore);
  }

  static JobWithdrawn withdrawn(
      UUID job,
      @Nullable UUID workflow,
      boolean waitingOnly,
      String reason,
      @Nullable String by,
      Instant now) {
    return new JobWithdrawn(job, workflow, waitingOnly, reason, by, now);
  }

  static WorkflowDefined defined(InitialState started) {
    WorkflowPlan plan = started.plan();
    boolean template = started.state() == WorkflowState.TEMPLATE;
    return new WorkflowDefined(
        plan.uuid(),
        plan.name(),
        plan.dag(),
        plan.dagVersion(),
        plan.order().user(),
        plan.jobs().size(),
        plan.file(),
        plan.watch(),
        plan.path(),
        plan.rerunOf(),
        template ? WorkflowDefined.State.TEMPLATE : WorkflowDefined.State.RUNNING,
        plan.tsDef(),
        template ? null : plan.tsDef());
  }

  /** A workflow that was made as a template runs now. */
  static WorkflowDefined started(LockedWorkflow workflow, Instant now) {
    return new WorkflowDefined(
        workflow.uuid(),
        workflow.name(),
        workflow.dag(),
        workflow.dagVersion(),
        workflow.user(),
        workflow.nvertices(),
        workflow.file(),
        workflow.watch(),
        workflow.path(),
        workflow.rerunOf(),
        WorkflowDefined.State.RUNNING,
        workflow.tsDef(),
        now);
  }

  /** A workflow of nothing but noops ends where it starts. */
  static WorkflowFinished finished(InitialState started) {
    WorkflowPlan plan = started.plan();
    return new WorkflowFinished(
        plan.uuid(),
        plan.name(),
        plan.dag(),
        plan.dagVersion(),
        end(started.state()),
        null,
        started.jobs().size(),
        started.done(),
        plan.file(),
        plan.watch(),
        plan.path(),
        plan.tsDef(),
        plan.tsDef(),
        plan.tsDef(),
        false);
  }

  static WorkflowFinished finished(LockedWorkflow workflow, Instant now) {
    return new WorkflowFinished(
        workflow.uuid(),
        workflow.name(),
        workflow.dag(),
        workflow.dagVersion(),
        end(workflow.progress().state()),
        workflow.progress().reason(),
        workflow.nvertices(),
        workflow.progress().done(),
        workflow.file(),
        workflow.watch(),
        workflow.path(),
        workflow.tsDef(),
        workflow.hasStarted() ? now : workflow.tsSta(),
        now,
        workflow.progress().reprocess());
  }

  private static WorkflowFinished.State end(WorkflowState state) {
    return switch (state) {
      case FINISHED -> WorkflowFinished.State.FINISHED;
      case FAILED -> WorkflowFinished.State.FAILED;
      case CANCELLED -> WorkflowFinished.State.CANCELLED;
      case TEMPLATE, DEFINED, RUNNING -> throw new IllegalArgumentException(state + " is no end");
    };
  }

  private WorkflowEvents() {}
}
