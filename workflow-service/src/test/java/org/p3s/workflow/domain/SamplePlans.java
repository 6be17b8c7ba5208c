package org.p3s.workflow.domain;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.DagBuilder;

/** Requests and plans for tests. */
final class SamplePlans {

  static final WorkflowRequest.ArrivedFile ARRIVED_FILE =
      new WorkflowRequest.ArrivedFile(
          UUID.randomUUID(), "w", "/in/run7_3.raw", "/in", "run7_3.raw", 99, null);

  static WorkflowPlan plan(Dag dag, WorkflowRequest request) {
    return WorkflowPlanner.plan(dag, 3, request, Map.of("TXT", ".txt"), UUID::randomUUID);
  }

  /** A request with file infos only. */
  static WorkflowRequest files(Map<String, FileInfo> files) {
    return request(null, files, Map.of(), null);
  }

  static WorkflowRequest request(
      @Nullable String naming,
      Map<String, FileInfo> files,
      Map<String, JobInfo> jobs,
      WorkflowRequest.@Nullable ArrivedFile arrived) {
    return WorkflowRequestBuilder.builder()
        .naming(naming)
        .files(files)
        .jobs(jobs)
        .start(true)
        .run(7L)
        .subrun(3L)
        .user("jane")
        .arrivedFile(arrived)
        .requestedAt(ProgressSimulation.NOW)
        .build();
  }

  static Job job(WorkflowPlan plan, String node) {
    return plan.jobs().stream().filter(j -> node.equals(j.node())).findFirst().orElseThrow();
  }

  /** The paths of all files, in the order of the edges. */
  static List<String> paths(WorkflowPlan plan) {
    return plan.datasets().stream().map(Dataset::path).toList();
  }

  /** A template in which a filter reads a file of a noop; without an output. */
  static DagBuilder filter() {
    return DagBuilder.dag()
        .node("IN")
        .node("filter")
        .node("OUT")
        .edge("IN", "filter", "in.x", "INP");
  }

  private SamplePlans() {}
}
