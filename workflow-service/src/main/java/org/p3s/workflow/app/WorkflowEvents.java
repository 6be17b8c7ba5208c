package org.p3s.workflow.app;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobDefinedBuilder;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowDefinedBuilder;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.contracts.WorkflowFinishedBuilder;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.WorkflowProgress;
import org.p3s.workflow.domain.WorkflowState;

/** Builds the events about workflows and about the definition of jobs. */
final class WorkflowEvents {

  /**
   * A job may run.
   *
   * @param notBefore when a retry may start, null for a first attempt
   */
  static JobDefined jobDefined(Job job, Instant now, @Nullable Instant notBefore) {
    return JobDefinedBuilder.builder()
        .job(job.uuid())
        .wfuuid(job.wfuuid())
        .node(job.node())
        .name(job.name())
        .jobtype(job.jobtype())
        .payload(job.payload())
        .params(job.params())
        .env(job.env())
        .infile(job.infile())
        .priority(job.priority())
        .timelimit(job.timelimit())
        .attempt(job.attempt())
        .maxattempts(job.maxattempts())
        .user(job.user())
        .site(job.site())
        .pUuid(job.pUuid())
        .optional(job.optional())
        .requirements(job.requirements())
        .inputs(job.inputs())
        .outputs(job.outputs())
        .run(job.run())
        .subrun(job.subrun())
        .definedAt(now)
        .staleAt(job.staleAt())
        .notBefore(notBefore)
        .build();
  }

  /** A job that was not defined before may run now. */
  static JobDefined jobDefined(Job job) {
    return jobDefined(job, job.tsDef(), null);
  }

  /** A workflow was made. */
  static WorkflowDefined workflowDefined(InitialState workflow) {
    WorkflowPlan plan = workflow.plan();
    boolean template = workflow.state() == WorkflowState.TEMPLATE;
    return WorkflowDefinedBuilder.builder()
        .wfuuid(plan.uuid())
        .name(plan.name())
        .dag(plan.dag())
        .dagVersion(plan.dagVersion())
        .user(plan.request().user())
        .nvertices(plan.jobs().size())
        .file(plan.file())
        .watch(plan.watch())
        .path(plan.path())
        .rerunOf(plan.rerunOf())
        .state(template ? WorkflowDefined.State.TEMPLATE : WorkflowDefined.State.RUNNING)
        .tsDef(plan.tsDef())
        .tsSta(template ? null : plan.tsDef())
        .build();
  }

  /** A workflow that was made as a template has started. */
  static WorkflowDefined templateStarted(LockedWorkflow workflow, Instant now) {
    return WorkflowDefinedBuilder.builder()
        .wfuuid(workflow.uuid())
        .name(workflow.name())
        .dag(workflow.dag())
        .dagVersion(workflow.dagVersion())
        .user(workflow.user())
        .nvertices(workflow.nvertices())
        .file(workflow.file())
        .watch(workflow.watch())
        .path(workflow.path())
        .rerunOf(workflow.rerunOf())
        .state(WorkflowDefined.State.RUNNING)
        .tsDef(workflow.tsDef())
        .tsSta(now)
        .build();
  }

  /** A workflow ended as it was made, because all its jobs are noops. */
  static WorkflowFinished workflowFinished(InitialState workflow) {
    WorkflowPlan plan = workflow.plan();
    return WorkflowFinishedBuilder.builder()
        .wfuuid(plan.uuid())
        .name(plan.name())
        .dag(plan.dag())
        .dagVersion(plan.dagVersion())
        .state(endState(workflow.state()))
        .nvertices(workflow.jobs().size())
        .ndone(workflow.done())
        .file(plan.file())
        .watch(plan.watch())
        .path(plan.path())
        .tsDef(plan.tsDef())
        .tsSta(plan.tsDef())
        .tsSto(plan.tsDef())
        .reprocess(false)
        .build();
  }

  /** A workflow ended. */
  static WorkflowFinished workflowFinished(LockedWorkflow workflow, Instant now) {
    WorkflowProgress progress = workflow.progress();
    return WorkflowFinishedBuilder.builder()
        .wfuuid(workflow.uuid())
        .name(workflow.name())
        .dag(workflow.dag())
        .dagVersion(workflow.dagVersion())
        .state(endState(progress.state()))
        .reason(progress.reason())
        .nvertices(workflow.nvertices())
        .ndone(progress.done())
        .file(workflow.file())
        .watch(workflow.watch())
        .path(workflow.path())
        .tsDef(workflow.tsDef())
        .tsSta(workflow.hasStarted() ? now : workflow.tsSta())
        .tsSto(now)
        .reprocess(progress.reprocess())
        .build();
  }

  private static WorkflowFinished.State endState(WorkflowState state) {
    return switch (state) {
      case FINISHED -> WorkflowFinished.State.FINISHED;
      case FAILED -> WorkflowFinished.State.FAILED;
      case CANCELLED -> WorkflowFinished.State.CANCELLED;
      case TEMPLATE, DEFINED, RUNNING ->
          throw new IllegalArgumentException(state + " is no end state");
    };
  }

  private WorkflowEvents() {}
}
