package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.p3s.workflow.DagBuilder;

class WorkflowProgressTest {

  private static final Dag DIAMOND = DagBuilder.of("a>b", "a>c", "b>d", "c>d");

  @Test
  void a_join_waits_for_all_its_parents() {
    ProgressSimulation run = ProgressSimulation.start(DIAMOND).succeeds("a");
    assertThat(run.defined).containsExactly("a", "b", "c");
    run.succeeds("b");
    assertThat(run.state("d")).isEqualTo(JobState.TEMPLATE);
    run.succeeds("c");
    assertThat(run.defined).containsExactly("a", "b", "c", "d");
    run.succeeds("d");
    assertThat(run.state).isEqualTo(WorkflowState.FINISHED);
    assertThat(run.done).isEqualTo(4);
    assertThat(run.timesEnded).isEqualTo(1);
  }

  @Test
  void all_roots_start() {
    assertThat(ProgressSimulation.start(DagBuilder.of("a>c", "b>c")).defined)
        .containsExactly("a", "b");
  }

  @Test
  void noops_finish_wherever_they_are() {
    ProgressSimulation run =
        ProgressSimulation.start(DagBuilder.of("IN>a", "a>M1", "M1>M2", "M2>b", "b>OUT"));
    assertThat(run.defined).containsExactly("a");
    run.succeeds("a");
    assertThat(run.defined).containsExactly("a", "b");
    run.succeeds("b");
    assertThat(run.state).isEqualTo(WorkflowState.FINISHED);
    assertThat(run.done).isEqualTo(6);
    assertThat(run.state("OUT")).isEqualTo(JobState.FINISHED);
  }

  @Test
  void a_noop_with_several_parents_waits_for_all_of_them() {
    ProgressSimulation run =
        ProgressSimulation.start(DagBuilder.of("a>J", "b>J", "J>c")).succeeds("a");
    assertThat(run.defined).doesNotContain("c");
    run.succeeds("b");
    assertThat(run.defined).contains("c");
  }

  @Test
  void parallel_edges_are_one_parent() {
    ProgressSimulation run =
        ProgressSimulation.start(
            DagBuilder.dag()
                .node("a")
                .node("b")
                .edge("a", "b", "mean", "M")
                .edge("a", "b", "rms", "R")
                .build());
    run.succeeds("a");
    assertThat(run.defined).containsExactly("a", "b");
  }

  @Test
  void a_workflow_of_noops_ends_at_its_start() {
    ProgressSimulation run = ProgressSimulation.start(DagBuilder.of("A>B", "B>C"));
    assertThat(run.state).isEqualTo(WorkflowState.FINISHED);
    assertThat(run.defined).isEmpty();
    assertThat(run.done).isEqualTo(3);
  }

  @Test
  void isolated_nodes_must_end_too() {
    ProgressSimulation run =
        ProgressSimulation.start(DagBuilder.dag().node("a").node("b").build()).succeeds("a");
    assertThat(run.state).isEqualTo(WorkflowState.RUNNING);
    assertThat(run.succeeds("b").state).isEqualTo(WorkflowState.FINISHED);
  }

  @Test
  void the_first_failure_ends_the_workflow_and_cancels_jobs_that_have_not_started() {
    ProgressSimulation run = ProgressSimulation.start(DIAMOND).succeeds("a").fails("b");
    assertThat(run.state).isEqualTo(WorkflowState.FAILED);
    assertThat(run.reason).isEqualTo("job b failed");
    assertThat(run.state("d")).isEqualTo(JobState.CANCELLED);
    assertThat(run.withdrawn).containsExactly("c");
    run.succeeds("c");
    assertThat(run.state("c")).isEqualTo(JobState.FINISHED);
    assertThat(run.state).isEqualTo(WorkflowState.FAILED);
    assertThat(run.done).isEqualTo(2);
    assertThat(run.timesEnded).isEqualTo(1);
    assertThat(run.reason).isEqualTo("job b failed");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"TIMELIMIT", "PILOT_TIMEOUT", "NONSTARTER", "KILLED", "CANCELLED", "DROPPED"})
  void every_other_end_of_a_job_fails_its_workflow(JobState end) {
    ProgressSimulation run = ProgressSimulation.start(DagBuilder.of("a>b")).endsAs("a", end, false);
    assertThat(run.state).isEqualTo(WorkflowState.FAILED);
    assertThat(run.state("a")).isEqualTo(end);
    assertThat(run.state("b")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void repeated_ends_change_nothing() {
    ProgressSimulation run = ProgressSimulation.start(DIAMOND).succeeds("a");
    run.succeeds("a").fails("a");
    assertThat(run.defined).containsExactly("a", "b", "c");
    assertThat(run.state).isEqualTo(WorkflowState.RUNNING);
    run.succeeds("b").succeeds("b").succeeds("c").succeeds("c").succeeds("d");
    run.succeeds("d").fails("d");
    assertThat(run.defined).containsExactly("a", "b", "c", "d");
    assertThat(run.timesEnded).isEqualTo(1);
    assertThat(run.state).isEqualTo(WorkflowState.FINISHED);
  }

  @Test
  void the_end_of_an_old_attempt_changes_nothing() {
    ProgressSimulation run =
        ProgressSimulation.start(DagBuilder.dag().node("a", 3, "stop", false).build()).fails("a");
    assertThat(run.attempt("a")).isEqualTo(2);
    run.batch(p -> p.attemptEnded(run.job("a"), 1, JobState.FINISHED, true));
    assertThat(run.state("a")).isEqualTo(JobState.DEFINED);
  }

  @Test
  void siblings_may_end_in_any_order_and_in_one_batch() {
    ProgressSimulation run = ProgressSimulation.start(DIAMOND).succeeds("a");
    run.batch(
        p -> {
          p.attemptEnded(run.job("c"), 1, JobState.FINISHED, true);
          p.attemptEnded(run.job("b"), 1, JobState.FINISHED, true);
        });
    assertThat(run.defined).containsExactly("a", "b", "c", "d");
  }

  @Test
  void a_job_that_one_batch_defines_and_cancels_is_not_announced() {
    ProgressSimulation run = ProgressSimulation.start(DagBuilder.of("a>b", "x>y"));
    run.batch(
        p -> {
          p.attemptEnded(run.job("a"), 1, JobState.FINISHED, true);
          p.attemptEnded(run.job("x"), 1, JobState.FINISHED, false);
        });
    assertThat(run.state).isEqualTo(WorkflowState.FAILED);
    assertThat(run.defined).containsExactly("a", "x");
    assertThat(run.withdrawn).isEmpty();
    assertThat(run.state("b")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void a_failed_job_is_retried_as_often_as_its_node_allows() {
    ProgressSimulation run =
        ProgressSimulation.start(DagBuilder.dag().node("a", 2, "stop", false).build()).fails("a");
    assertThat(run.state).isEqualTo(WorkflowState.RUNNING);
    assertThat(run.defined).containsExactly("a", "a");
    assertThat(run.fails("a").state).isEqualTo(WorkflowState.FAILED);
  }

  @Test
  void a_cancelled_or_dropped_job_is_not_retried() {
    Dag dag = DagBuilder.dag().node("a", 5, "stop", false).build();
    assertThat(ProgressSimulation.start(dag).endsAs("a", JobState.DROPPED, false).state)
        .isEqualTo(WorkflowState.FAILED);
    assertThat(ProgressSimulation.start(dag).endsAs("a", JobState.CANCELLED, false).state)
        .isEqualTo(WorkflowState.FAILED);
  }

  @Test
  void a_node_that_continues_lets_its_children_run() {
    ProgressSimulation run =
        ProgressSimulation.start(
                DagBuilder.dag()
                    .node("a", 1, "continue", false)
                    .node("b")
                    .edge("a", "b", "f", null)
                    .build())
            .fails("a");
    assertThat(run.defined).containsExactly("a", "b");
    run.succeeds("b");
    assertThat(run.state).isEqualTo(WorkflowState.FINISHED);
    assertThat(run.done).isEqualTo(1);
  }

  @Test
  void a_failed_optional_branch_is_left_out_and_the_join_after_it_runs() {
    ProgressSimulation run =
        ProgressSimulation.start(
            DagBuilder.dag()
                .node("a")
                .node("o1", 1, "stop", true)
                .node("o2", 1, "stop", true)
                .node("join")
                .edge("a", "join", "f", null)
                .edge("o1", "o2", "f", null)
                .edge("o2", "join", "f", null)
                .build());
    run.fails("o1").succeeds("a");
    assertThat(run.state("o2")).isEqualTo(JobState.CANCELLED);
    assertThat(run.defined).containsExactly("a", "o1", "join");
    assertThat(run.succeeds("join").state).isEqualTo(WorkflowState.FINISHED);
  }

  @Test
  void cancelling_withdraws_running_jobs_and_cancels_waiting_ones() {
    ProgressSimulation run = ProgressSimulation.start(DIAMOND).succeeds("a");
    run.batch(p -> p.cancel("cancelled by jane"));
    assertThat(run.state).isEqualTo(WorkflowState.CANCELLED);
    assertThat(run.withdrawn).containsExactly("b", "c");
    assertThat(run.state("d")).isEqualTo(JobState.CANCELLED);
    run.endsAs("b", JobState.CANCELLED, false).succeeds("c");
    run.batch(p -> p.cancel("again"));
    assertThat(run.state).isEqualTo(WorkflowState.CANCELLED);
    assertThat(run.reason).isEqualTo("cancelled by jane");
    assertThat(run.defined).containsExactly("a", "b", "c");
    assertThat(run.timesEnded).isEqualTo(1);
  }

  @Test
  void a_template_waits_until_it_is_started() {
    ProgressSimulation run = new ProgressSimulation(DIAMOND);
    run.state = WorkflowState.TEMPLATE;
    run.batch(WorkflowProgress::start);
    assertThat(run.defined).isEmpty();
    run.batch(WorkflowProgress::startTemplate).batch(WorkflowProgress::startTemplate);
    assertThat(run.defined).containsExactly("a");
    assertThat(run.state).isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void the_initial_state_of_a_plan_has_its_first_jobs_defined() {
    InitialState initial =
        InitialState.of(
            WorkflowPlanner.plan(
                DagBuilder.of("IN>a", "a>OUT"),
                1,
                ProgressSimulation.request(true),
                java.util.Map.of(),
                java.util.UUID::randomUUID));
    assertThat(initial.state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(initial.done()).isEqualTo(1);
    assertThat(initial.definedJobs()).extracting(Job::node).containsExactly("a");
    assertThat(initial.jobs())
        .extracting(Job::state)
        .containsExactly(JobState.FINISHED, JobState.DEFINED, JobState.TEMPLATE);
  }

  @Test
  void a_transition_that_the_states_do_not_allow_is_refused() {
    ProgressSimulation run = ProgressSimulation.start(DIAMOND);
    assertThatThrownBy(() -> run.endsAs("d", JobState.TIMELIMIT, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("from TEMPLATE to TIMELIMIT");
  }
}
