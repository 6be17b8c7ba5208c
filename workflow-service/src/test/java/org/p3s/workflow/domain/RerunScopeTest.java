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

  private static List<RerunScope.EndedJob> past(String... failed) {
    return DAG.nodes().stream()
        .map(
            n ->
                new RerunScope.EndedJob(
                    UUID.randomUUID(), n.id(), !List.of(failed).contains(n.id())))
        .toList();
  }

  private static RerunScope part(@Nullable String from, String... failed) {
    return RerunScope.someNodes(DAG, UUID.randomUUID(), past(failed), List.of(), from);
  }

  @Test
  void what_failed_is_done_again_with_all_that_comes_after() {
    assertThat(part(null, "b", "d", "e").reusedNodes()).containsExactlyInAnyOrder("IN", "a", "c");
    assertThat(part(null, "c").reusedNodes()).containsExactlyInAnyOrder("IN", "a", "b");
  }

  @Test
  void from_a_node_does_also_what_failed_elsewhere() {
    assertThat(part("d").reusedNodes()).containsExactlyInAnyOrder("IN", "a", "b", "c");
    assertThat(part("d", "a").reusedNodes()).containsExactlyInAnyOrder("IN", "c");
  }

  @Test
  void where_nothing_failed_there_is_nothing_to_do() {
    assertThat(part(null).isEmpty()).isTrue();
    assertThat(part("IN").isEmpty()).isFalse();
    assertThat(part("IN").reusedNodes()).isEmpty();
  }

  @Test
  void a_rerun_starts_behind_what_it_takes_over_and_reads_its_files() {
    WorkflowRequest request = ProgressSimulation.request(true);
    WorkflowPlan old =
        WorkflowPlanner.plan(DAG, 1, request, Map.of("TXT", ".txt"), UUID::randomUUID);
    List<Dataset> written = old.datasets().stream().map(RerunScopeTest::ready).toList();
    RerunScope rerun = RerunScope.someNodes(DAG, old.uuid(), past("b", "d", "e"), written, null);
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
  void a_file_that_is_taken_over_hands_its_name_on() {
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
    List<RerunScope.EndedJob> past =
        IntStream.range(0, 3)
            .mapToObj(i -> new RerunScope.EndedJob(UUID.randomUUID(), "abc".charAt(i) + "", i == 0))
            .toList();
    RerunScope rerun = RerunScope.someNodes(dag, old.uuid(), past, old.datasets(), null);
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

  private static Dataset ready(Dataset data) {
    return new Dataset(
        data.uuid(),
        data.wfuuid(),
        data.name(),
        data.dirpath(),
        data.path(),
        data.datatype(),
        data.datatag(),
        data.comment(),
        data.source(),
        data.target(),
        DatasetState.READY,
        7L,
        null);
  }
}
