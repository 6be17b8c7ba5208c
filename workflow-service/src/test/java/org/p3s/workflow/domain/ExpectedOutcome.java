package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The expected end of a workflow, computed node by node in the order of the template, without
 * queues, batches and events.
 *
 * @param fails whether a failure ends the workflow
 * @param succeeded the nodes that succeed if no failure ends the workflow
 * @param attempts the attempts of each node that runs, if no failure ends the workflow
 */
record ExpectedOutcome(boolean fails, Set<String> succeeded, Map<String, Integer> attempts) {

  /** In the template each node must come after its parents. */
  static ExpectedOutcome of(Dag dag, List<RandomWorkflowProgressTest.NodeKind> parts) {
    boolean fails = false;
    Set<String> succeeded = new HashSet<>();
    Map<String, Integer> attempts = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      RandomWorkflowProgressTest.NodeKind part = parts.get(i);
      String node = dag.nodes().get(i).id();
      boolean parentsSucceeded =
          dag.edges().stream()
              .filter(edge -> edge.target().equals(node))
              .allMatch(edge -> succeeded.contains(edge.source()));
      if (part.optional() && !parentsSucceeded) {
        continue;
      }
      if (part.noop()) {
        succeeded.add(node);
        continue;
      }
      attempts.put(node, Math.min(part.failures() + 1, part.maxattempts()));
      if (part.failures() < part.maxattempts()) {
        succeeded.add(node);
      } else if (!part.optional() && !part.continues()) {
        fails = true;
      }
    }
    return new ExpectedOutcome(fails, succeeded, attempts);
  }
}
