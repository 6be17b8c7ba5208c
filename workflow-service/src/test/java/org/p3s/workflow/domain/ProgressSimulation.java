package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A workflow whose jobs have names of nodes; each event is a batch of its own, as from a table. */
final class ProgressSimulation {

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Map<UUID, WorkflowProgress.Step> steps = new java.util.LinkedHashMap<>();
  private final Map<String, UUID> byNode = new HashMap<>();
  private final Map<UUID, String> names = new HashMap<>();
  final List<String> defined = new ArrayList<>();
  final List<Attempt> attempts = new ArrayList<>();
  final Set<String> withdrawn = new TreeSet<>();
  WorkflowState state = WorkflowState.DEFINED;
  @Nullable String reason;
  int done;
  int ends;
  boolean reprocess;

  /** An attempt that was given out. */
  record Attempt(String node, int number) {}

  ProgressSimulation(Dag dag) {
    WorkflowPlan plan = WorkflowPlanner.plan(dag, 1, order(true), Map.of("TXT", ".txt"), UUID::randomUUID);
    for (Job job : plan.jobs()) {
      steps.put(job.uuid(), WorkflowProgress.Step.of(job));
      String node = Objects.requireNonNull(job.node());
      byNode.put(node, job.uuid());
      names.put(job.uuid(), node);
    }
  }

  static ProgressSimulation started(Dag dag) {
    ProgressSimulation run = new ProgressSimulation(dag);
    run.batch(WorkflowProgress::start);
    return run;
  }

  static WorkflowRequest order(boolean start) {
    return new WorkflowRequest(
        null, null, Map.of(), Map.of(), start, null, null, null, null, "jane", null, NOW);
  }

  UUID job(String node) {
    return Objects.requireNonNull(byNode.get(node), node);
  }

  JobState at(String node) {
    return Objects.requireNonNull(steps.get(job(node))).state();
  }

  int attempt(String node) {
    return Objects.requireNonNull(steps.get(job(node))).attempt();
  }

  ProgressSimulation ok(String node) {
    return ends(node, JobState.FINISHED, true);
  }

  ProgressSimulation fails(String node) {
    return ends(node, JobState.FINISHED, false);
  }

  ProgressSimulation ends(String node, JobState end, boolean success) {
    return batch(p -> p.ended(job(node), attempt(node), end, success));
  }

  ProgressSimulation batch(Consumer<WorkflowProgress> events) {
    WorkflowProgress progress = new WorkflowProgress(state, steps.values());
    events.accept(progress);
    progress.changed().forEach(step -> steps.put(step.job(), step));
    for (UUID job : progress.defined()) {
      String node = Objects.requireNonNull(names.get(job));
      defined.add(node);
      attempts.add(new Attempt(node, attempt(node)));
    }
    progress.withdrawn().forEach(job -> withdrawn.add(names.get(job)));
    ends += !state.isEnd() && progress.state().isEnd() ? 1 : 0;
    state = progress.state();
    reason = progress.reason() == null ? reason : progress.reason();
    done = progress.done();
    reprocess |= progress.reprocess();
    return this;
  }
}
