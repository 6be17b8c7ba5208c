package org.p3s.workflow.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.p3s.workflow.DagBuilder;

/**
 * Random templates with random failures. Ends of jobs are reported in random batches and orders,
 * some of them twice, and with false reports about attempts that have ended. The result must be
 * that of {@link ExpectedOutcome}.
 */
class RandomWorkflowProgressTest {

  /** The kind of a node, and the number of its attempts that fail. */
  record NodeKind(
      boolean noop, boolean optional, boolean continues, int maxattempts, int failures) {}

  /**
   * A template and the random numbers of its run.
   *
   * @param edges pairs of indexes; an edge goes from the lower to the higher one
   * @param dice random numbers; after the last comes the first again
   */
  record RandomRun(List<NodeKind> parts, List<List<Integer>> edges, List<Integer> dice) {}

  @Provide
  Arbitrary<RandomRun> cases() {
    Arbitrary<NodeKind> part =
        Combinators.combine(
                Arbitraries.integers().between(0, 9),
                Arbitraries.integers().between(0, 9),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(0, 9))
            .as(
                (kind, care, attempts, luck) ->
                    new NodeKind(kind > 7, care == 9, care == 8, attempts, Math.max(0, luck - 6)));
    Arbitrary<Integer> index = Arbitraries.integers().between(0, 11);
    return Combinators.combine(
            part.list().ofMinSize(1).ofMaxSize(12),
            index.list().ofSize(2).list().ofMaxSize(24),
            Arbitraries.integers().between(0, 999).list().ofMinSize(5).ofMaxSize(40))
        .as(RandomRun::new);
  }

  @Property(tries = 1_000)
  void every_workflow_ends_and_no_job_runs_before_its_parents_or_twice(
      @ForAll("cases") RandomRun random) {
    Dag dag = dag(random);
    ExpectedOutcome expected = ExpectedOutcome.of(dag, random.parts());
    ProgressSimulation run = ProgressSimulation.start(dag);
    Iterator<Integer> dice = endless(random.dice());
    Set<ProgressSimulation.Attempt> given = new HashSet<>();
    List<ProgressSimulation.Attempt> pending = new ArrayList<>();
    List<ProgressSimulation.Attempt> over = new ArrayList<>();
    int seen = takeNewAttempts(dag, run, 0, given, pending);
    while (!pending.isEmpty()) {
      List<ProgressSimulation.Attempt> batch = new ArrayList<>();
      for (int n = 1 + dice.next() % 3; n > 0 && !pending.isEmpty(); n--) {
        batch.add(pending.remove(dice.next() % pending.size()));
      }
      over.addAll(batch);
      boolean ended = run.state.isEnd();
      run.batch(progress -> batch.forEach(a -> report(progress, run, a, random, dice, over)));
      if (ended) {
        assertThat(run.attempts).as("what ended starts nothing").hasSize(seen);
      }
      seen = takeNewAttempts(dag, run, seen, given, pending);
    }
    check(dag, random, run, expected);
  }

  private static void report(
      WorkflowProgress progress,
      ProgressSimulation run,
      ProgressSimulation.Attempt attempt,
      RandomRun random,
      Iterator<Integer> dice,
      List<ProgressSimulation.Attempt> over) {
    boolean success = attempt.number() > part(random, attempt.node()).failures();
    JobState end = success || dice.next() % 2 == 0 ? JobState.FINISHED : JobState.TIMELIMIT;
    if (!run.state.isEnd() || dice.next() % 2 == 0) {
      progress.attemptEnded(run.job(attempt.node()), attempt.number(), end, success);
    } else {
      progress.attemptEnded(run.job(attempt.node()), attempt.number(), JobState.CANCELLED, false);
    }
    ProgressSimulation.Attempt old = over.get(dice.next() % over.size());
    if (over.indexOf(old) <= over.indexOf(attempt) && dice.next() % 3 == 0) {
      // It has ended before, so that a second report must not change anything.
      progress.attemptEnded(
          run.job(old.node()), old.number(), JobState.FINISHED, dice.next() % 2 == 0);
    }
  }

  private static int takeNewAttempts(
      Dag dag,
      ProgressSimulation run,
      int seen,
      Set<ProgressSimulation.Attempt> given,
      List<ProgressSimulation.Attempt> pending) {
    List<ProgressSimulation.Attempt> fresh = run.attempts.subList(seen, run.attempts.size());
    for (ProgressSimulation.Attempt attempt : fresh) {
      assertThat(given.add(attempt)).as("%s is given once", attempt).isTrue();
      if (attempt.number() > 1) {
        assertThat(given)
            .contains(new ProgressSimulation.Attempt(attempt.node(), attempt.number() - 1));
      }
      assertThat(dag.edges().stream().filter(e -> e.target().equals(attempt.node())))
          .as("parents of %s have ended", attempt.node())
          .allMatch(edge -> run.state(edge.source()).isEnd());
      pending.add(attempt);
    }
    return run.attempts.size();
  }

  private static void check(
      Dag dag, RandomRun random, ProgressSimulation run, ExpectedOutcome expected) {
    assertThat(run.timesEnded).as("it ends once").isEqualTo(1);
    assertThat(dag.nodes()).allMatch(node -> run.state(node.id()).isEnd());
    assertThat(run.state)
        .isEqualTo(expected.fails() ? WorkflowState.FAILED : WorkflowState.FINISHED);
    for (ProgressSimulation.Attempt attempt : run.attempts) {
      assertThat(attempt.number()).isLessThanOrEqualTo(part(random, attempt.node()).maxattempts());
      assertThat(expected.attempts()).containsKey(attempt.node());
    }
    if (!expected.fails()) {
      Map<String, Integer> attempts = new LinkedHashMap<>();
      run.attempts.forEach(a -> attempts.merge(a.node(), a.number(), Math::max));
      assertThat(attempts).isEqualTo(expected.attempts());
      assertThat(run.done).isEqualTo(expected.succeeded().size());
      assertThat(run.reprocess).isFalse();
    }
  }

  private static NodeKind part(RandomRun random, String node) {
    return random.parts().get(Integer.parseInt(node.substring(1)));
  }

  private static Dag dag(RandomRun random) {
    DagBuilder dags = DagBuilder.dag();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < random.parts().size(); i++) {
      NodeKind part = random.parts().get(i);
      ids.add((part.noop() ? "N" : "n") + i);
      String onfailure = part.continues() ? "continue" : "stop";
      dags.node(ids.get(i), part.maxattempts(), onfailure, part.optional());
    }
    for (List<Integer> edge : random.edges()) {
      int source = Math.min(edge.get(0), edge.get(1));
      int target = Math.max(edge.get(0), edge.get(1));
      if (source != target && target < ids.size()) {
        dags.edge(ids.get(source), ids.get(target), "f", null);
      }
    }
    return dags.build();
  }

  private static <T> Iterator<T> endless(List<T> items) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public T next() {
        return items.get(next++ % items.size());
      }
    };
  }
}
