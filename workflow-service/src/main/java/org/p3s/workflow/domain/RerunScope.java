package org.p3s.workflow.domain;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of an ended workflow a rerun does again, and which ones it takes over as they are.
 *
 * @param rerunOf the ended workflow
 * @param jobsByNode all jobs of the ended workflow
 * @param reusedNodes the nodes that are taken over: they count as done, their files as written
 * @param datasets the files of the ended workflow in the order of the template's edges
 */
public record RerunScope(
    UUID rerunOf, Map<String, UUID> jobsByNode, Set<String> reusedNodes, List<Dataset> datasets) {

  /** A job of the ended workflow. */
  public record SourceJob(UUID job, String node, boolean succeeded) {}

  public RerunScope {
    jobsByNode = Map.copyOf(jobsByNode);
    reusedNodes = Set.copyOf(reusedNodes);
    datasets = List.copyOf(datasets);
  }

  /** Does all nodes again. */
  public static RerunScope allNodes(
      UUID rerunOf, Collection<SourceJob> jobs, List<Dataset> datasets) {
    return new RerunScope(rerunOf, byNode(jobs), Set.of(), datasets);
  }

  /**
   * Does a node again, all nodes that did not succeed, and all nodes after these.
   *
   * @param from the node; null: only nodes that did not succeed, and those after them
   */
  public static RerunScope someNodes(
      Dag dag,
      UUID rerunOf,
      Collection<SourceJob> jobs,
      List<Dataset> datasets,
      @Nullable String from) {
    Set<String> again = new HashSet<>();
    if (from != null) {
      again.add(from);
    }
    jobs.stream().filter(job -> !job.succeeded()).forEach(job -> again.add(job.node()));
    Set<String> all = withDescendants(dag, again);
    Set<String> reused =
        jobs.stream()
            .map(SourceJob::node)
            .filter(n -> !all.contains(n))
            .collect(Collectors.toSet());
    return new RerunScope(rerunOf, byNode(jobs), reused, datasets);
  }

  private static Map<String, UUID> byNode(Collection<SourceJob> jobs) {
    return jobs.stream().collect(Collectors.toMap(SourceJob::node, SourceJob::job));
  }

  private static Set<String> withDescendants(Dag dag, Set<String> nodes) {
    Map<String, Set<String>> children = new HashMap<>();
    dag.edges()
        .forEach(
            edge ->
                children.computeIfAbsent(edge.source(), n -> new HashSet<>()).add(edge.target()));
    Set<String> all = new HashSet<>(nodes);
    Deque<String> open = new ArrayDeque<>(nodes);
    while (!open.isEmpty()) {
      for (String child : children.getOrDefault(open.remove(), Set.of())) {
        if (all.add(child)) {
          open.add(child);
        }
      }
    }
    return all;
  }

  /** True if all nodes are taken over, so that there is nothing to do. */
  public boolean isEmpty() {
    return reusedNodes.size() == jobsByNode.size();
  }
}
