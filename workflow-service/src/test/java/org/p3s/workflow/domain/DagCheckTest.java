package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

class DagCheckTest {

  @Test
  void a_cycle_is_given_by_its_nodes_in_order() {
    assertThat(DagCheck.cycle(DagBuilder.of("r>a", "a>b", "b>c", "c>a", "c>z")))
        .containsExactly("a", "b", "c", "a");
  }

  @Test
  void a_cycle_is_found_if_there_are_two() {
    assertThat(DagCheck.cycle(DagBuilder.of("a>b", "b>a", "b>c", "c>d", "d>c"))).hasSize(3);
  }

  @Test
  void a_graph_without_a_cycle_gives_no_nodes() {
    assertThat(DagCheck.cycle(DagBuilder.of("a>b", "a>b", "a>c", "b>d", "c>d"))).isEmpty();
  }

  @Test
  void a_very_long_chain_is_checked_without_recursion() {
    DagBuilder dags = DagBuilder.dag().node("n0");
    for (int i = 1; i < 10_000; i++) {
      dags.node("n" + i).edge("n" + (i - 1), "n" + i, "f", null);
    }
    assertThat(DagCheck.cycle(dags.build())).isEmpty();
    dags.edge("n9999", "n0", "f", null);
    assertThat(DagCheck.cycle(dags.build())).hasSize(10_001);
  }

  @Test
  void an_edge_with_an_unknown_data_type_is_found() {
    Dag dag = DagBuilder.of("a>b");
    assertThat(DagCheck.unknownTypes(dag, java.util.Set.of("RAW"))).hasSize(1);
    assertThat(DagCheck.unknownTypes(dag, java.util.Set.of("TXT"))).isEmpty();
  }
}
