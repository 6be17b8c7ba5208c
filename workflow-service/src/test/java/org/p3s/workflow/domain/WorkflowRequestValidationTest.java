package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

/** Requests that do not fit to their template, most of them about parallel edges without a tag. */
class WorkflowRequestValidationTest {

  // As in wfmulti1.graphml of the old system.
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
  void an_edge_without_a_tag_is_addressed_by_its_name() {
    Map<String, FileInfo> files =
        Map.of("adc:viz:mean.txt", named("m"), "adc:viz:rms.txt", named("r"));
    assertThat(of(DAG, files).isValid()).isTrue();
    assertThat(paths(DAG, request(files, null))).containsExactly("/d/m", "/d/r");
  }

  @Test
  void the_short_address_is_for_the_edges_that_are_not_addressed_by_name() {
    Map<String, FileInfo> files = Map.of("adc:viz:mean.txt", named("m"), "adc:viz", named("r"));
    assertThat(of(DAG, files).isValid()).isTrue();
    assertThat(paths(DAG, request(files, null))).containsExactly("/d/m", "/d/r");
  }

  @Test
  void one_name_for_several_files_is_ambiguous_and_their_addresses_are_given() {
    Map<String, Set<String>> addresses =
        Map.of("adc:viz", Set.of("adc:viz:mean.txt", "adc:viz:rms.txt"));
    assertThat(of(DAG, Map.of("adc:viz", named("x"))).ambiguousNames()).isEqualTo(addresses);
    assertThat(of(DAG, Map.of("adc:viz", named("inherit:adc"))).ambiguousNames())
        .isEqualTo(addresses);
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
  void a_directory_a_comment_and_sticky_may_be_given_for_several_files() {
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
  void the_word_null_is_no_address() {
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

  @Test
  void keys_that_name_no_edge_and_no_node_are_found() {
    WorkflowRequest request =
        SamplePlans.request(
            null,
            Map.of("IN:nowhere", new FileInfo(null, null, null)),
            Map.of("nobody", new JobInfo(null, null, null, null)),
            null);
    WorkflowRequestValidation validation =
        WorkflowRequestValidation.of(SamplePlans.filter().build(), request);
    assertThat(validation.unknownEdges()).containsExactly("IN:nowhere");
    assertThat(validation.unknownNodes()).containsExactly("nobody");
    assertThat(validation.isValid()).isFalse();
  }
}
