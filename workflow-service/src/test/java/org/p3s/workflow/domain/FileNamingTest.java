package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.workflow.domain.SamplePlans.ARRIVED_FILE;
import static org.p3s.workflow.domain.SamplePlans.files;
import static org.p3s.workflow.domain.SamplePlans.filter;
import static org.p3s.workflow.domain.SamplePlans.job;
import static org.p3s.workflow.domain.SamplePlans.paths;
import static org.p3s.workflow.domain.SamplePlans.plan;
import static org.p3s.workflow.domain.SamplePlans.request;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

/** The names, directories and states of the files of planned workflows. */
class FileNamingTest {

  private static final String UUID_TXT = "[0-9a-f-]{36}\\.txt";

  @Test
  void a_file_is_named_by_a_uuid_with_the_extension_of_its_type() {
    WorkflowPlan plan = plan(DagBuilder.of("a>b"), files(Map.of()));
    assertThat(paths(plan).get(0)).matches("/d/" + UUID_TXT);
    assertThat(plan.datasets().get(0).state()).isEqualTo(DatasetState.EXPECTED);
    assertThat(plan.dagVersion()).isEqualTo(3);
  }

  @Test
  void a_file_info_gives_name_directory_and_comment() {
    WorkflowPlan plan =
        plan(
            filter().edge("filter", "OUT", "out.x", "OUTP").build(),
            files(
                Map.of(
                    "IN:filter", new FileInfo("i.dat", "/p/", "mine"),
                    "filter:OUT", new FileInfo(null, "/q", null))));
    assertThat(paths(plan).get(0)).isEqualTo("/p/i.dat");
    assertThat(paths(plan).get(1)).matches("/q/" + UUID_TXT);
    assertThat(plan.datasets().get(0).comment()).isEqualTo("mine");
    assertThat(job(plan, "filter").env())
        .containsEntry("INP", "/p/i.dat")
        .containsEntry("OUTP", paths(plan).get(1));
    assertThat(job(plan, "OUT").env()).containsEntry("OUTP", paths(plan).get(1));
    assertThat(job(plan, "filter").inputs()).containsExactly("/p/i.dat");
    assertThat(job(plan, "filter").outputs()).containsExactly(paths(plan).get(1));
  }

  @Test
  void sticky_keeps_the_names_of_all_edges() {
    WorkflowPlan plan =
        plan(
            filter().edge("filter", "OUT", "out.x", "OUTP").build(),
            request(
                "sticky", Map.of("IN:filter", new FileInfo("i.dat", null, null)), Map.of(), null));
    assertThat(paths(plan)).containsExactly("/d/i.dat", "/d/out.x");
  }

  @Test
  void inherit_for_all_files_builds_names_as_the_old_system_did() {
    WorkflowPlan plan =
        plan(
            filter().edge("filter", "OUT", "out.x", "OUTP").build(),
            request("inherit:run7", Map.of(), Map.of(), null));
    assertThat(paths(plan))
        .containsExactly("/d/run7:dag:IN:INP.txt", "/d/run7:dag:filter:OUTP.txt");
  }

  @Test
  void an_edge_may_keep_its_own_name() {
    Dag dag =
        DagBuilder.dag()
            .node("a")
            .node("b")
            .edge("a", "b", "sticky:one.x", null)
            .edge("a", "b", "two.x", "/d", null, "sticky")
            .edge("a", "b", "r${run}.${subrun}.${what}", "/d/${run}", null, null)
            .build();
    assertThat(paths(plan(dag, files(Map.of()))))
        .containsExactly("/d/one.x", "/d/two.x", "/d/7/r7.3.${what}");
  }

  @Test
  void inherit_takes_the_stem_of_the_file_that_a_node_reads_also_along_a_chain() {
    Dag dag =
        filter()
            .node("b")
            .edge("filter", "b", "inherit:filter", "MID")
            .edge("b", "OUT", "inherit:b", "/e", "END", null)
            .build();
    WorkflowPlan plan =
        plan(dag, files(Map.of("IN:filter", new FileInfo("run7.1.raw", "/in", null))));
    assertThat(paths(plan)).containsExactly("/in/run7.1.raw", "/d/run7.1.txt", "/e/run7.1.txt");
  }

  @Test
  void a_file_info_may_give_the_rule_for_a_name() {
    Dag dag =
        filter()
            .edge("filter", "OUT", "out.x", "OUTP")
            .edge("OUT", "b", "z", "Z")
            .node("b")
            .build();
    WorkflowPlan plan =
        plan(
            dag,
            files(
                Map.of(
                    "IN:filter", new FileInfo("run${run}.raw", "/in/${subrun}", null),
                    "filter:OUT", new FileInfo("inherit:filter", null, null),
                    "OUT:b", new FileInfo("sticky", null, null))));
    assertThat(paths(plan)).containsExactly("/in/3/run7.raw", "/d/run7.txt", "/d/z");
  }

  @Test
  void file_infos_that_inherit_from_each_other_give_new_names() {
    Dag dag = DagBuilder.of("a>b", "b>a2", "a2>c");
    WorkflowPlan plan =
        plan(
            dag,
            files(
                Map.of(
                    "a:b", new FileInfo("inherit:a2", null, null),
                    "b:a2", new FileInfo("inherit:b", null, null))));
    assertThat(paths(plan)).allMatch(path -> path.matches("/d/" + UUID_TXT));
  }

  @Test
  void files_that_inherit_from_each_other_get_new_names() {
    Dag dag = DagBuilder.dag().node("a").node("b").edge("a", "b", "inherit:b", null).build();
    assertThat(paths(plan(dag, files(Map.of()))).get(0)).matches("/d/" + UUID_TXT);
  }

  @Test
  void a_name_is_inherited_along_ten_thousand_nodes() {
    DagBuilder dags = DagBuilder.dag().node("n0");
    for (int i = 1; i <= 10_000; i++) {
      dags.node("n" + i).edge("n" + (i - 1), "n" + i, "inherit:n" + (i - 1), null);
    }
    WorkflowPlan plan =
        plan(dags.build(), files(Map.of("n0:n1", new FileInfo("x.raw", null, null))));
    assertThat(plan.datasets().get(9_999).name()).isEqualTo("x.txt");
  }

  @Test
  void edges_from_one_source_with_one_tag_are_one_file() {
    Dag dag =
        DagBuilder.dag()
            .node("IN")
            .node("a")
            .node("b")
            .node("c")
            .edge("IN", "a", "f", "T")
            .edge("IN", "b", "f", "T")
            .edge("IN", "c", "f", "U")
            .build();
    List<String> fresh = paths(plan(dag, files(Map.of())));
    assertThat(fresh.get(0)).isEqualTo(fresh.get(1)).isNotEqualTo(fresh.get(2));
    List<String> named = paths(plan(dag, files(Map.of("IN:b", new FileInfo("x", null, null)))));
    assertThat(named.subList(0, 2)).containsExactly("/d/x", "/d/x");
  }

  @Test
  void parallel_edges_are_addressed_one_by_one() {
    Dag dag =
        DagBuilder.dag()
            .node("a")
            .node("b")
            .edge("a", "b", "f", "M")
            .edge("a", "b", "f", "R")
            .build();
    WorkflowPlan plan =
        plan(
            dag,
            files(
                Map.of(
                    "a:b:M", new FileInfo("mean", null, null),
                    "a:b", new FileInfo("other", null, null))));
    assertThat(paths(plan)).containsExactly("/d/mean", "/d/other");
    assertThat(job(plan, "b").parents()).hasSize(1);
  }

  @Test
  void an_arrived_file_is_on_all_edges_that_leave_root_noops() {
    WorkflowPlan plan =
        plan(
            filter().edge("filter", "OUT", "inherit:filter", "OUTP").build(),
            request(null, Map.of(), Map.of(), ARRIVED_FILE));
    assertThat(paths(plan)).containsExactly("/in/run7_3.raw", "/d/run7_3.txt");
    assertThat(plan.datasets().get(0).state()).isEqualTo(DatasetState.READY);
    assertThat(plan.datasets().get(0).size()).isEqualTo(99);
    assertThat(job(plan, "filter").infile()).isEqualTo("/in/run7_3.raw");
    assertThat(plan.name()).isEqualTo("dag run7_3");
  }

  @Test
  void an_arrived_file_is_on_the_placeholder_that_its_watch_names() {
    WorkflowRequest.ArrivedFile named =
        new WorkflowRequest.ArrivedFile(
            UUID.randomUUID(), "w", "/in/x.raw", "/in", "x.raw", 1, "a:b");
    WorkflowPlan plan = plan(DagBuilder.of("R>a", "a>b"), request(null, Map.of(), Map.of(), named));
    assertThat(paths(plan).get(1)).isEqualTo("/in/x.raw");
    assertThat(paths(plan).get(0)).matches("/d/" + UUID_TXT);
  }

  @Test
  void a_file_without_directory_is_relative_to_the_work_directory() {
    Dag dag =
        DagBuilder.dag().node("a").node("b").edge("a", "b", "sticky:x", "", null, null).build();
    assertThat(paths(plan(dag, files(Map.of())))).containsExactly("x");
  }
}
