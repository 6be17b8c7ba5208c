package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

class RerunScopeTest {

  private static final Dag DAG = DagBuilder.of("IN>a", "a>b", "b>d", "IN>c", "c>d", "d>e");

  private static List<RerunScope.SourceJob> jobs(String... failed) {
    return DAG.nodes().stream()
        .map(
            n ->
                new RerunScope.SourceJob(
                    UUID.randomUUID(), n.id(), !List.of(failed).contains(n.id())))
        .toList();
  }

  private static RerunScope part(@Nullable String from, String... failed) {
    return RerunScope.someNodes(DAG, UUID.randomUUID(), jobs(failed), List.of(), from);
  }

  @Test
  void failed_nodes_are_done_again_with_all_nodes_after_them() {
    assertThat(part(null, "b", "d", "e").reusedNodes()).containsExactlyInAnyOrder("IN", "a", "c");
    assertThat(part(null, "c").reusedNodes()).containsExactlyInAnyOrder("IN", "a", "b");
  }

  @Test
  void a_rerun_from_a_node_also_does_nodes_that_failed_elsewhere() {
    assertThat(part("d").reusedNodes()).containsExactlyInAnyOrder("IN", "a", "b", "c");
    assertThat(part("d", "a").reusedNodes()).containsExactlyInAnyOrder("IN", "c");
  }

  @Test
  void if_nothing_failed_the_scope_is_empty() {
    assertThat(part(null).isEmpty()).isTrue();
    assertThat(part("IN").isEmpty()).isFalse();
    assertThat(part("IN").reusedNodes()).isEmpty();
  }

  @Test
  void a_rerun_starts_after_the_nodes_that_it_takes_over_and_reads_their_files() {
    WorkflowRequest request = ProgressSimulation.request(true);
    WorkflowPlan old =
        WorkflowPlanner.plan(DAG, 1, request, Map.of("TXT", ".txt"), UUID::randomUUID);
    List<Dataset> written = old.datasets().stream().map(RerunScopeTest::ready).toList();
    RerunScope rerun = RerunScope.someNodes(DAG, old.uuid(), jobs("b", "d", "e"), written, null);
    WorkflowPlan plan =
        WorkflowPlanner.planRerun(DAG, 1, request, rerun, Map.of("TXT", ".txt"), UUID::randomUUID);
    InitialState initial = InitialState.of(plan);
    assertThat(initial.definedJobs()).extracting(Job::node).containsExactly("b");
    assertThat(initial.done()).isEqualTo(3);
    assertThat(plan.rerunOf()).isEqualTo(old.uuid());
    assertThat(paths(plan, "IN")).isEqualTo(paths(old, "IN"));
    assertThat(paths(plan, "c")).isEqualTo(paths(old, "c"));
    assertThat(paths(plan, "b")).isNotEqualTo(paths(old, "b"));
    assertThat(initial.definedJobs().get(0).inputs()).isEqualTo(paths(old, "a"));
    assertThat(plan.datasets())
        .filteredOn(data -> Set.of("IN", "a", "c").contains(data.source()))
        .allMatch(data -> data.state() == DatasetState.READY && data.size() != null);
    assertThat(plan.datasets())
        .filteredOn(data -> Set.of("b", "d").contains(data.source()))
        .allMatch(data -> data.state() == DatasetState.EXPECTED && data.size() == null);
  }

  @Test
  void other_files_inherit_the_name_of_a_file_that_is_taken_over() {
    Dag dag =
        DagBuilder.dag()
            .node("a")
            .node("b")
            .node("c")
            .edge("a", "b", "x", "X")
            .edge("b", "c", "inherit:b", "Y")
            .build();
    WorkflowPlan old =
        WorkflowPlanner.plan(
            dag, 1, ProgressSimulation.request(true), Map.of("TXT", ".txt"), UUID::randomUUID);
    List<RerunScope.SourceJob> jobs =
        IntStream.range(0, 3)
            .mapToObj(
                i -> new RerunScope.SourceJob(UUID.randomUUID(), "abc".charAt(i) + "", i == 0))
            .toList();
    RerunScope rerun = RerunScope.someNodes(dag, old.uuid(), jobs, old.datasets(), null);
    WorkflowPlan plan =
        WorkflowPlanner.planRerun(
            dag,
            1,
            ProgressSimulation.request(true),
            rerun,
            Map.of("TXT", ".txt"),
            UUID::randomUUID);
    assertThat(paths(plan, "a")).isEqualTo(paths(old, "a"));
    assertThat(paths(plan, "b")).isEqualTo(paths(old, "b"));
  }

  private static List<String> paths(WorkflowPlan plan, String source) {
    return plan.datasets().stream()
        .filter(data -> data.source().equals(source))
        .map(Dataset::path)
        .toList();
  }

  private static Dataset ready(Dataset dataset) {
    return DatasetBuilder.builder(dataset).state(DatasetState.READY).size(7L).build();
  }
}
