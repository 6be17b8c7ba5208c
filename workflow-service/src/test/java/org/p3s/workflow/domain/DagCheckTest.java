package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

class DagCheckTest {

  @Test
  void a_cycle_is_named_by_its_nodes_in_order() {
    assertThat(DagCheck.cycle(DagBuilder.of("r>a", "a>b", "b>c", "c>a", "c>z")))
        .containsExactly("a", "b", "c", "a");
  }

  @Test
  void a_cycle_behind_another_is_found_too() {
    assertThat(DagCheck.cycle(DagBuilder.of("a>b", "b>a", "b>c", "c>d", "d>c"))).hasSize(3);
  }

  @Test
  void no_cycle_is_no_cycle() {
    assertThat(DagCheck.cycle(DagBuilder.of("a>b", "a>b", "a>c", "b>d", "c>d"))).isEmpty();
  }

  @Test
  void a_long_chain_and_many_knots_are_checked_without_a_deep_stack() {
    DagBuilder dags = DagBuilder.dag().node("n0");
    for (int i = 1; i < 10_000; i++) {
      dags.node("n" + i).edge("n" + (i - 1), "n" + i, "f", null);
    }
    assertThat(DagCheck.cycle(dags.build())).isEmpty();
    dags.edge("n9999", "n0", "f", null);
    assertThat(DagCheck.cycle(dags.build())).hasSize(10_001);
  }

  @Test
  void an_edge_need_not_have_a_data_type_but_must_not_have_an_unknown_one() {
    Dag dag = DagBuilder.of("a>b");
    assertThat(DagCheck.unknownTypes(dag, java.util.Set.of("RAW"))).hasSize(1);
    assertThat(DagCheck.unknownTypes(dag, java.util.Set.of("TXT"))).isEmpty();
  }
}
