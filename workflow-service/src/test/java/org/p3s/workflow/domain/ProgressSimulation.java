package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the progress of one workflow in memory. Jobs are named by their nodes. Each event is a batch
 * of its own, for which the jobs are loaded again, as the service does.
 */
final class ProgressSimulation {

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Map<UUID, TrackedJob> jobs = new LinkedHashMap<>();
  private final Map<String, UUID> byNode = new HashMap<>();
  private final Map<UUID, String> names = new HashMap<>();
  final List<String> defined = new ArrayList<>();
  final List<Attempt> attempts = new ArrayList<>();
  final Set<String> withdrawn = new TreeSet<>();
  WorkflowState state = WorkflowState.DEFINED;
  @Nullable String reason;
  int done;
  int timesEnded;
  boolean reprocess;

  /** An attempt that was defined. */
  record Attempt(String node, int number) {}

  ProgressSimulation(Dag dag) {
    WorkflowPlan plan =
        WorkflowPlanner.plan(dag, 1, request(true), Map.of("TXT", ".txt"), UUID::randomUUID);
    for (Job job : plan.jobs()) {
      jobs.put(job.uuid(), TrackedJob.of(job));
      String node = Objects.requireNonNull(job.node());
      byNode.put(node, job.uuid());
      names.put(job.uuid(), node);
    }
  }

  static ProgressSimulation start(Dag dag) {
    ProgressSimulation run = new ProgressSimulation(dag);
    run.batch(WorkflowProgress::start);
    return run;
  }

  static WorkflowRequest request(boolean start) {
    return WorkflowRequestBuilder.builder()
        .files(Map.of())
        .jobs(Map.of())
        .start(start)
        .user("jane")
        .requestedAt(NOW)
        .build();
  }

  UUID job(String node) {
    return Objects.requireNonNull(byNode.get(node), node);
  }

  JobState state(String node) {
    return Objects.requireNonNull(jobs.get(job(node))).state();
  }

  int attempt(String node) {
    return Objects.requireNonNull(jobs.get(job(node))).attempt();
  }

  ProgressSimulation succeeds(String node) {
    return endsAs(node, JobState.FINISHED, true);
  }

  ProgressSimulation fails(String node) {
    return endsAs(node, JobState.FINISHED, false);
  }

  ProgressSimulation endsAs(String node, JobState end, boolean success) {
    return batch(p -> p.attemptEnded(job(node), attempt(node), end, success));
  }

  ProgressSimulation batch(Consumer<WorkflowProgress> events) {
    WorkflowProgress progress = new WorkflowProgress(state, jobs.values());
    events.accept(progress);
    progress.changed().forEach(job -> jobs.put(job.uuid(), job));
    for (UUID job : progress.defined()) {
      String node = Objects.requireNonNull(names.get(job));
      defined.add(node);
      attempts.add(new Attempt(node, attempt(node)));
    }
    progress.withdrawn().forEach(job -> withdrawn.add(names.get(job)));
    timesEnded += !state.isEnd() && progress.state().isEnd() ? 1 : 0;
    state = progress.state();
    reason = progress.reason() == null ? reason : progress.reason();
    done = progress.done();
    reprocess |= progress.reprocess();
    return this;
  }
}
