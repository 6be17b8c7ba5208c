package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

class WorkflowPlannerTest {

  private static final String UUID_TXT = "[0-9a-f-]{36}\\.txt";
  private static final WorkflowRequest.ArrivedFile ARRIVAL =
      new WorkflowRequest.ArrivedFile(
          UUID.randomUUID(), "w", "/in/run7_3.raw", "/in", "run7_3.raw", 99, null);

  private static WorkflowPlan plan(Dag dag, WorkflowRequest request) {
    return WorkflowPlanner.plan(dag, 3, request, Map.of("TXT", ".txt"), UUID::randomUUID);
  }

  private static WorkflowRequest files(Map<String, FileInfo> files) {
    return request(null, files, Map.of(), null);
  }

  private static WorkflowRequest request(
      @Nullable String naming,
      Map<String, FileInfo> files,
      Map<String, JobInfo> jobs,
      WorkflowRequest.@Nullable ArrivedFile arrival) {
    return new WorkflowRequest(
        null,
        naming,
        files,
        jobs,
        true,
        null,
        null,
        7L,
        3L,
        "jane",
        arrival,
        ProgressSimulation.NOW);
  }

  private static Job job(WorkflowPlan plan, String node) {
    return plan.jobs().stream().filter(j -> node.equals(j.node())).findFirst().orElseThrow();
  }

  private static List<String> paths(WorkflowPlan plan) {
    return plan.datasets().stream().map(Dataset::path).toList();
  }

  private static DagBuilder filter() {
    return DagBuilder.dag()
        .node("IN")
        .node("filter")
        .node("OUT")
        .edge("IN", "filter", "in.x", "INP");
  }

  @Test
  void a_file_is_named_by_a_uuid_and_its_types_extension() {
    WorkflowPlan plan = plan(DagBuilder.of("a>b"), files(Map.of()));
    assertThat(paths(plan).get(0)).matches("/d/" + UUID_TXT);
    assertThat(plan.datasets().get(0).state()).isEqualTo(DatasetState.EXPECTED);
    assertThat(plan.dagVersion()).isEqualTo(3);
  }

  @Test
  void a_file_info_says_name_place_and_comment_exactly() {
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
  void inherit_for_all_files_composes_names_as_the_old_system_did() {
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
  void inherit_takes_the_stem_of_what_a_node_reads_also_through_others() {
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
  void a_file_info_may_say_how_a_name_is_found() {
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
  void file_infos_that_inherit_from_each_other_get_fresh_names() {
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
  void files_that_inherit_from_each_other_get_fresh_names() {
    Dag dag = DagBuilder.dag().node("a").node("b").edge("a", "b", "inherit:b", null).build();
    assertThat(paths(plan(dag, files(Map.of()))).get(0)).matches("/d/" + UUID_TXT);
  }

  @Test
  void a_chain_of_ten_thousand_inheritances_is_no_problem() {
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
    List<String> told = paths(plan(dag, files(Map.of("IN:b", new FileInfo("x", null, null)))));
    assertThat(told.subList(0, 2)).containsExactly("/d/x", "/d/x");
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
  void several_inputs_with_one_tag_come_in_the_order_of_edges() {
    Dag dag =
        DagBuilder.dag()
            .node("x")
            .node("y")
            .node("join")
            .edge("y", "join", "sticky:2", "IN")
            .edge("x", "join", "sticky:1", "IN")
            .build();
    assertThat(job(plan(dag, files(Map.of())), "join").env()).containsEntry("IN", "/d/2 /d/1");
  }

  @Test
  void a_job_info_replaces_the_payload_and_merges_the_environment() {
    JobInfo info = new JobInfo("/bin/date", Map.of("INP", "mine", "X", "y"), 9, 5L);
    WorkflowPlan plan =
        plan(filter().build(), request(null, Map.of(), Map.of("IN", info, "filter", info), null));
    assertThat(job(plan, "filter").payload()).isEqualTo("/bin/date");
    assertThat(job(plan, "filter").env()).containsEntry("INP", "mine").containsEntry("X", "y");
    assertThat(job(plan, "filter").priority()).isEqualTo(9);
    assertThat(job(plan, "filter").timelimit()).isEqualTo(5);
    assertThat(job(plan, "IN").noop()).as("its type says that it does nothing").isTrue();
  }

  @Test
  void an_arrived_file_lies_on_all_edges_that_leave_root_noops() {
    WorkflowPlan plan =
        plan(
            filter().edge("filter", "OUT", "inherit:filter", "OUTP").build(),
            request(null, Map.of(), Map.of(), ARRIVAL));
    assertThat(paths(plan)).containsExactly("/in/run7_3.raw", "/d/run7_3.txt");
    assertThat(plan.datasets().get(0).state()).isEqualTo(DatasetState.READY);
    assertThat(plan.datasets().get(0).size()).isEqualTo(99);
    assertThat(job(plan, "filter").infile()).isEqualTo("/in/run7_3.raw");
    assertThat(plan.name()).isEqualTo("dag run7_3");
  }

  @Test
  void an_arrived_file_lies_on_the_placeholder_that_was_named() {
    WorkflowRequest.ArrivedFile named =
        new WorkflowRequest.ArrivedFile(
            UUID.randomUUID(), "w", "/in/x.raw", "/in", "x.raw", 1, "a:b");
    WorkflowPlan plan = plan(DagBuilder.of("R>a", "a>b"), request(null, Map.of(), Map.of(), named));
    assertThat(paths(plan).get(1)).isEqualTo("/in/x.raw");
    assertThat(paths(plan).get(0)).matches("/d/" + UUID_TXT);
  }

  @Test
  void without_a_placeholder_the_first_jobs_get_the_arrived_file() {
    WorkflowPlan plan = plan(DagBuilder.of("a>b"), request(null, Map.of(), Map.of(), ARRIVAL));
    assertThat(job(plan, "a").infile()).isEqualTo("/in/run7_3.raw");
    assertThat(job(plan, "a").env()).containsEntry("P3S_INPUT_FILE", "/in/run7_3.raw");
    assertThat(job(plan, "b").env()).doesNotContainKey("P3S_INPUT_FILE");
  }

  @Test
  void a_file_without_directory_is_relative_to_the_work_directory() {
    Dag dag =
        DagBuilder.dag().node("a").node("b").edge("a", "b", "sticky:x", "", null, null).build();
    assertThat(paths(plan(dag, files(Map.of())))).containsExactly("x");
  }

  @Test
  void keys_that_name_no_edge_and_no_node_are_found() {
    WorkflowRequest request =
        request(
            null,
            Map.of("IN:nowhere", new FileInfo(null, null, null)),
            Map.of("nobody", new JobInfo(null, null, null, null)),
            null);
    WorkflowRequestValidation validation = WorkflowRequestValidation.of(filter().build(), request);
    assertThat(validation.unknownEdges()).containsExactly("IN:nowhere");
    assertThat(validation.unknownNodes()).containsExactly("nobody");
    assertThat(validation.isValid()).isFalse();
  }

  @Test
  void five_thousand_nodes_with_an_arrival_are_planned_and_started() {
    DagBuilder dags = DagBuilder.dag().node("IN");
    for (int i = 0; i < 5_000; i++) {
      dags.node("n" + i).edge("IN", "n" + i, "inherit:n" + Math.max(0, i - 1), "T" + i);
    }
    Dag dag = dags.build();
    InitialState initial = InitialState.of(plan(dag, request(null, Map.of(), Map.of(), ARRIVAL)));
    assertThat(initial.definedJobs()).hasSize(5_000);
    assertThat(initial.definedJobs().get(4_999).infile()).isEqualTo("/in/run7_3.raw");
  }
}
