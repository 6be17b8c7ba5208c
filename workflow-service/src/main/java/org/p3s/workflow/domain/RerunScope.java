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
 * What of a workflow is done again, and what of it is taken over as it is.
 *
 * @param of the workflow that was
 * @param jobs all its jobs, by node
 * @param kept nodes that are taken over: they count as done, their files as written
 * @param data its files in the order of the template's edges
 */
public record RerunScope(UUID of, Map<String, UUID> jobs, Set<String> kept, List<Dataset> data) {

  /** A job of the workflow that was. */
  public record Past(UUID job, String node, boolean succeeded) {}

  public RerunScope {
    jobs = Map.copyOf(jobs);
    kept = Set.copyOf(kept);
    data = List.copyOf(data);
  }

  /** All of it. */
  public static RerunScope whole(UUID of, Collection<Past> past, List<Dataset> data) {
    return new RerunScope(of, byNode(past), Set.of(), data);
  }

  /**
   * A node, all that did not succeed, and all that comes after these.
   *
   * @param from null: only what did not succeed
   */
  public static RerunScope part(
      Dag dag, UUID of, Collection<Past> past, List<Dataset> data, @Nullable String from) {
    Set<String> again = new HashSet<>();
    if (from != null) {
      again.add(from);
    }
    past.stream().filter(job -> !job.succeeded()).forEach(job -> again.add(job.node()));
    Set<String> all = withChildren(dag, again);
    Set<String> kept =
        past.stream().map(Past::node).filter(n -> !all.contains(n)).collect(Collectors.toSet());
    return new RerunScope(of, byNode(past), kept, data);
  }

  private static Map<String, UUID> byNode(Collection<Past> past) {
    return past.stream().collect(Collectors.toMap(Past::node, Past::job));
  }

  private static Set<String> withChildren(Dag dag, Set<String> nodes) {
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

  /** True if there is nothing to do. */
  public boolean isEmpty() {
    return kept.size() == jobs.size();
  }
}
