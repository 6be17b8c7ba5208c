package org.p3s.workflow.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.InitialState;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.WorkflowState;

/**
 * A workflow as the API shows it.
 *
 * @param outcome {@code success} or {@code failure}; null before the end
 * @param nvertices the number of jobs, noops included
 * @param ndone the number of jobs that succeeded
 * @param jobs null in lists
 * @param data null in lists
 */
@RecordBuilder
public record WorkflowView(
    UUID uuid,
    String name,
    String dag,
    int dagVersion,
    @Nullable String user,
    String state,
    @Nullable String outcome,
    int nvertices,
    int ndone,
    @Nullable Instant tsDef,
    @Nullable Instant tsSta,
    @Nullable Instant tsSto,
    @Nullable UUID rerunOf,
    @Nullable String reason,
    boolean reprocess,
    @Nullable UUID file,
    @Nullable String path,
    @Nullable List<JobDefinitionView> jobs,
    @Nullable List<DatasetView> data) {

  /** A workflow that would be made, but is not stored. */
  public static WorkflowView preview(InitialState workflow) {
    WorkflowPlan plan = workflow.plan();
    return WorkflowViewBuilder.builder()
        .uuid(plan.uuid())
        .name(plan.name())
        .dag(plan.dag())
        .dagVersion(plan.dagVersion())
        .user(plan.request().user())
        .state(workflow.state().text())
        .nvertices(workflow.jobs().size())
        .ndone(workflow.done())
        .tsDef(plan.tsDef())
        .rerunOf(plan.rerunOf())
        .reprocess(false)
        .file(plan.file())
        .path(plan.path())
        .jobs(workflow.jobs().stream().map(JobDefinitionView::preview).toList())
        .data(plan.datasets().stream().map(d -> DatasetView.preview(d, plan.tsDef())).toList())
        .build();
  }

  /** Whether a workflow succeeded; null before its end. */
  public static @Nullable String outcome(WorkflowState state) {
    return switch (state) {
      case TEMPLATE, DEFINED, RUNNING -> null;
      case FINISHED -> "success";
      case FAILED, CANCELLED -> "failure";
    };
  }
}
