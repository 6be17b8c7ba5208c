package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.Dags;

/** Random templates with random failures, duplicates, batches and orders of ends. */
class RandomProgressTest {

  private static final int CASES = 1_000;

  @Test
  void every_workflow_ends_and_no_job_runs_before_its_parents_or_twice() {
    for (int seed = 0; seed < CASES; seed++) {
      run(new Random(seed), "seed " + seed);
    }
  }

  private static void run(Random random, String label) {
    Dag dag = dag(random);
    Run run = Run.started(dag);
    Map<String, Boolean> outcomes = new HashMap<>();
    List<String> pending = new ArrayList<>(run.defined);
    int seen = run.defined.size();
    while (!pending.isEmpty()) {
      Deque<String> batch = new ArrayDeque<>();
      int size = 1 + random.nextInt(3);
      while (batch.size() < size && !pending.isEmpty()) {
        batch.add(pending.remove(random.nextInt(pending.size())));
      }
      batch.forEach(node -> outcomes.putIfAbsent(node, random.nextInt(12) > 0));
      run.batch(
          p -> {
            for (String node : batch) {
              boolean success = Boolean.TRUE.equals(outcomes.get(node));
              p.ended(run.job(node), 1, JobState.FINISHED, success);
              if (random.nextInt(4) == 0) {
                p.ended(run.job(node), 1, JobState.FINISHED, !success);
              }
            }
          });
      List<String> fresh = run.defined.subList(seen, run.defined.size());
      fresh.forEach(node -> parentsAreDone(dag, run, node, label));
      pending.addAll(fresh);
      seen = run.defined.size();
    }
    check(dag, run, outcomes, label);
  }

  private static void parentsAreDone(Dag dag, Run run, String node, String label) {
    assertThat(dag.edges().stream().filter(e -> e.target().equals(node)))
        .as(label)
        .allMatch(e -> run.at(e.source()) == JobState.FINISHED);
  }

  private static void check(Dag dag, Run run, Map<String, Boolean> outcomes, String label) {
    Set<String> unique = new HashSet<>(run.defined);
    assertThat(run.defined).as(label).hasSize(unique.size());
    assertThat(run.ends).as(label).isEqualTo(1);
    assertThat(dag.nodes()).as(label).allMatch(node -> run.at(node.id()).isEnd());
    boolean failed = outcomes.containsValue(false);
    assertThat(run.state)
        .as(label)
        .isEqualTo(failed ? WorkflowState.FAILED : WorkflowState.FINISHED);
    if (!failed) {
      assertThat(run.done).as(label).isEqualTo(dag.nodes().size());
    }
  }

  private static Dag dag(Random random) {
    int size = 1 + random.nextInt(15);
    Dags dags = Dags.dag();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ids.add((random.nextInt(4) == 0 ? "N" : "n") + i);
      dags.node(ids.get(i));
    }
    for (int target = 1; target < size; target++) {
      for (int k = random.nextInt(4); k > 0; k--) {
        dags.edge(ids.get(random.nextInt(target)), ids.get(target), "f" + k, null);
      }
    }
    return dags.build();
  }
}
