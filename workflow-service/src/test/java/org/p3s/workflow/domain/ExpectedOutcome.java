package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must come of a workflow, worked out node by node in the order of the file, as if nothing
 * happened at a time: no queues, no batches, no events.
 *
 * @param fails whether some failure ends it
 * @param succeeded nodes that end well if nothing ends it before
 * @param attempts of each node that runs, if nothing ends it before
 */
record ExpectedOutcome(boolean fails, Set<String> succeeded, Map<String, Integer> attempts) {

  /** Nodes stand before those that need them. */
  static ExpectedOutcome of(Dag dag, List<RandomWorkflowProgressTest.NodeKind> parts) {
    boolean fails = false;
    Set<String> succeeded = new HashSet<>();
    Map<String, Integer> attempts = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      RandomWorkflowProgressTest.NodeKind part = parts.get(i);
      String node = dag.nodes().get(i).id();
      boolean parentsWell =
          dag.edges().stream()
              .filter(edge -> edge.target().equals(node))
              .allMatch(edge -> succeeded.contains(edge.source()));
      if (part.optional() && !parentsWell) {
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
