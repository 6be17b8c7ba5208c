package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

/** Parallel edges without a data tag, and what can be said of them. */
class WorkflowRequestValidationTest {

  // As the old system's wfmulti1.graphml has them.
  private static final Dag DAG =
      DagBuilder.dag()
          .node("adc")
          .node("viz")
          .edge("adc", "viz", "mean.txt", null)
          .edge("adc", "viz", "rms.txt", null)
          .build();

  private static WorkflowRequest request(
      Map<String, FileInfo> files, @Nullable String placeholder) {
    WorkflowRequest.ArrivedFile arrived =
        placeholder == null
            ? null
            : new WorkflowRequest.ArrivedFile(
                UUID.randomUUID(), "w", "/in/x", "/in", "x", 1, placeholder);
    return new WorkflowRequest(
        null,
        null,
        files,
        Map.of(),
        true,
        null,
        null,
        null,
        null,
        "jane",
        arrived,
        ProgressSimulation.NOW);
  }

  private static WorkflowRequestValidation of(Dag dag, Map<String, FileInfo> files) {
    return WorkflowRequestValidation.of(dag, request(files, null));
  }

  private static List<String> paths(Dag dag, WorkflowRequest request) {
    return WorkflowPlanner.plan(dag, 1, request, Map.of("TXT", ".txt"), UUID::randomUUID)
        .datasets()
        .stream()
        .map(Dataset::path)
        .toList();
  }

  private static FileInfo named(String name) {
    return new FileInfo(name, null, null);
  }

  @Test
  void an_edge_without_tag_is_addressed_by_its_name() {
    Map<String, FileInfo> files =
        Map.of("adc:viz:mean.txt", named("m"), "adc:viz:rms.txt", named("r"));
    assertThat(of(DAG, files).isValid()).isTrue();
    assertThat(paths(DAG, request(files, null))).containsExactly("/d/m", "/d/r");
  }

  @Test
  void what_is_left_over_has_the_short_address() {
    Map<String, FileInfo> files = Map.of("adc:viz:mean.txt", named("m"), "adc:viz", named("r"));
    assertThat(of(DAG, files).isValid()).isTrue();
    assertThat(paths(DAG, request(files, null))).containsExactly("/d/m", "/d/r");
  }

  @Test
  void one_name_for_several_files_is_refused_and_their_addresses_are_told() {
    Map<String, Set<String>> told =
        Map.of("adc:viz", Set.of("adc:viz:mean.txt", "adc:viz:rms.txt"));
    assertThat(of(DAG, Map.of("adc:viz", named("x"))).ambiguousNames()).isEqualTo(told);
    assertThat(of(DAG, Map.of("adc:viz", named("inherit:adc"))).ambiguousNames()).isEqualTo(told);
    Dag alike =
        DagBuilder.dag()
            .node("a")
            .node("b")
            .edge("a", "b", "f", null)
            .edge("a", "b", "f", null)
            .build();
    assertThat(of(alike, Map.of("a:b:f", named("x"))).ambiguousNames())
        .isEqualTo(Map.of("a:b:f", Set.of("a:b:f")));
  }

  @Test
  void what_several_files_may_share_is_said_of_all() {
    assertThat(of(DAG, Map.of("adc:viz", new FileInfo(null, "/p", "c"))).isValid()).isTrue();
    assertThat(of(DAG, Map.of("adc:viz", named("sticky"))).isValid()).isTrue();
    Dag one =
        DagBuilder.dag()
            .node("a")
            .node("b")
            .edge("a", "b", "f", "T")
            .edge("a", "b", "g", "T")
            .build();
    assertThat(of(one, Map.of("a:b", named("x"))).isValid()).as("one file on two edges").isTrue();
  }

  @Test
  void null_is_no_address() {
    assertThat(of(DAG, Map.of("adc:viz:null", named("x"))).unknownEdges())
        .containsExactly("adc:viz:null");
  }

  @Test
  void a_placeholder_may_be_one_of_parallel_edges() {
    WorkflowRequest request = request(Map.of(), "adc:viz:rms.txt");
    assertThat(WorkflowRequestValidation.of(DAG, request).isValid()).isTrue();
    assertThat(paths(DAG, request).get(0)).isNotEqualTo("/in/x");
    assertThat(paths(DAG, request).get(1)).isEqualTo("/in/x");
  }
}
