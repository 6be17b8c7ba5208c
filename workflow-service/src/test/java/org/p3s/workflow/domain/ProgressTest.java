package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final Map<String, UUID> ids = new HashMap<>();
  private final List<Progress.Step> steps = new ArrayList<>();

  private ProgressTest job(String name, String... parents) {
    return step(name, false, false, 1, parents);
  }

  private ProgressTest noop(String name, String... parents) {
    return step(name, true, false, 1, parents);
  }

  private ProgressTest step(
      String name, boolean noop, boolean optional, int maxattempts, String... parents) {
    steps.add(
        new Progress.Step(
            id(name),
            name,
            Arrays.stream(parents).map(this::id).toList(),
            noop,
            optional,
            false,
            JobState.TEMPLATE,
            false,
            1,
            maxattempts));
    return this;
  }

  private UUID id(String name) {
    return ids.computeIfAbsent(name, n -> UUID.randomUUID());
  }

  private Progress started() {
    Progress progress = new Progress(WorkflowState.DEFINED, steps);
    progress.start();
    return progress;
  }

  private List<String> names(Iterable<UUID> jobs) {
    List<String> names = new ArrayList<>();
    jobs.forEach(
        job ->
            ids.forEach(
                (name, id) -> {
                  if (id.equals(job)) {
                    names.add(name);
                  }
                }));
    return names;
  }

  private void well(Progress progress, String name) {
    progress.ended(id(name), 1, JobState.FINISHED, true);
  }

  @Test
  void a_join_waits_for_all_its_parents() {
    Progress p = job("a").job("b").job("join", "a", "b").started();
    assertThat(names(p.defined())).containsExactly("a", "b");
    well(p, "a");
    assertThat(names(p.defined())).containsExactly("b");
    well(p, "b");
    assertThat(names(p.defined())).containsExactly("join");
    well(p, "join");
    assertThat(p.state()).isEqualTo(WorkflowState.FINISHED);
    assertThat(p.done()).isEqualTo(3);
  }

  @Test
  void noops_pass_wherever_they_stand_and_a_workflow_of_noops_ends_at_once() {
    Progress p =
        noop("in").job("a", "in").noop("n1", "a").noop("n2", "n1").job("b", "n2").started();
    assertThat(names(p.defined())).containsExactly("a");
    well(p, "a");
    assertThat(names(p.defined())).containsExactly("b");
    steps.clear();
    assertThat(noop("x").noop("y", "x").started().state()).isEqualTo(WorkflowState.FINISHED);
  }

  @Test
  void the_first_failure_ends_the_workflow_and_cancels_what_has_not_started() {
    Progress p = job("a").job("b").job("c", "a").started();
    p.ended(id("a"), 1, JobState.FINISHED, false);
    assertThat(p.state()).isEqualTo(WorkflowState.FAILED);
    assertThat(p.reason()).contains("a").contains("finished");
    assertThat(names(p.withdrawn())).containsExactly("b");
    assertThat(p.changed())
        .filteredOn(s -> s.job().equals(id("c")))
        .extracting(Progress.Step::state)
        .containsExactly(JobState.CANCELLED);
    well(p, "b");
    assertThat(p.state()).isEqualTo(WorkflowState.FAILED);
    assertThat(p.defined()).isEmpty();
  }

  @Test
  void an_end_that_is_told_twice_counts_once() {
    Progress p = job("a").job("b", "a").started();
    assertThat(p.ended(id("a"), 1, JobState.FINISHED, true)).isTrue();
    assertThat(p.ended(id("a"), 1, JobState.FINISHED, true)).isFalse();
    assertThat(p.ended(id("a"), 1, JobState.KILLED, false)).isFalse();
    assertThat(p.state()).isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void a_job_is_tried_as_often_as_it_says_and_no_more() {
    Progress p = step("a", false, false, 2).started();
    p.ended(id("a"), 1, JobState.PILOT_TIMEOUT, false);
    assertThat(p.state()).isEqualTo(WorkflowState.RUNNING);
    assertThat(names(p.defined())).containsExactly("a");
    assertThat(p.ended(id("a"), 1, JobState.PILOT_TIMEOUT, false)).isFalse();
    p.ended(id("a"), 2, JobState.FINISHED, false);
    assertThat(p.state()).isEqualTo(WorkflowState.FAILED);
  }

  @Test
  void an_optional_branch_that_breaks_is_left_out() {
    Progress p =
        job("a")
            .step("o1", false, true, 1, "a")
            .step("o2", false, true, 1, "o1")
            .job("b", "a")
            .job("end", "b", "o2")
            .started();
    well(p, "a");
    p.ended(id("o1"), 1, JobState.FINISHED, false);
    well(p, "b");
    assertThat(names(p.defined())).containsExactly("end");
    well(p, "end");
    assertThat(p.state()).isEqualTo(WorkflowState.FINISHED);
  }

  @Test
  void cancelling_stops_what_runs_and_whatever_waits() {
    Progress p = job("a").job("b", "a").started();
    p.cancel("by somebody");
    assertThat(p.state()).isEqualTo(WorkflowState.CANCELLED);
    assertThat(names(p.withdrawn())).containsExactly("a");
    p.cancel("again");
    assertThat(p.reason()).isEqualTo("by somebody");
  }
}
