package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p3s.workflow.domain.SamplePlans.ARRIVED_FILE;
import static org.p3s.workflow.domain.SamplePlans.files;
import static org.p3s.workflow.domain.SamplePlans.filter;
import static org.p3s.workflow.domain.SamplePlans.job;
import static org.p3s.workflow.domain.SamplePlans.plan;
import static org.p3s.workflow.domain.SamplePlans.request;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.DagBuilder;

/** The jobs of planned workflows. */
class WorkflowPlannerTest {

  @Test
  void several_inputs_with_one_tag_are_in_the_order_of_the_edges() {
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
  void without_a_placeholder_the_first_jobs_get_the_arrived_file() {
    WorkflowPlan plan = plan(DagBuilder.of("a>b"), request(null, Map.of(), Map.of(), ARRIVED_FILE));
    assertThat(job(plan, "a").infile()).isEqualTo("/in/run7_3.raw");
    assertThat(job(plan, "a").env()).containsEntry("P3S_INPUT_FILE", "/in/run7_3.raw");
    assertThat(job(plan, "b").env()).doesNotContainKey("P3S_INPUT_FILE");
  }

  @Test
  void five_thousand_nodes_with_an_arrival_are_planned_and_started() {
    DagBuilder dags = DagBuilder.dag().node("IN");
    for (int i = 0; i < 5_000; i++) {
      dags.node("n" + i).edge("IN", "n" + i, "inherit:n" + Math.max(0, i - 1), "T" + i);
    }
    Dag dag = dags.build();
    InitialState initial =
        InitialState.of(plan(dag, request(null, Map.of(), Map.of(), ARRIVED_FILE)));
    assertThat(initial.definedJobs()).hasSize(5_000);
    assertThat(initial.definedJobs().get(4_999).infile()).isEqualTo("/in/run7_3.raw");
  }
}
