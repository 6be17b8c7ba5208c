package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an order says of a template that it can't mean.
 *
 * @param files keys of its file info that name no edge
 * @param jobs keys of its job info that name no node
 * @param ambiguous keys of its file info that give one name to several files, each with how those
 *     are addressed one by one; no more addresses than one where edges can't be told apart
 */
public record WorkflowRequestValidation(Set<String> files, Set<String> jobs, Map<String, Set<String>> ambiguous) {

  public boolean none() {
    return files.isEmpty() && jobs.isEmpty() && ambiguous.isEmpty();
  }

  public static WorkflowRequestValidation of(Dag dag, WorkflowRequest order) {
    Set<String> edges = new HashSet<>();
    for (Edge edge : dag.edges()) {
      edges.add(edge.key());
      edges.add(edge.address());
    }
    Set<String> files = new TreeSet<>(order.files().keySet());
    if (order.arrival() != null && order.arrival().placeholder() != null) {
      files.add(order.arrival().placeholder());
    }
    files.removeAll(edges);
    Set<String> nodes = new TreeSet<>(order.jobs().keySet());
    nodes.removeAll(dag.byId().keySet());
    return new WorkflowRequestValidation(files, nodes, ambiguous(dag, order));
  }

  private static Map<String, Set<String>> ambiguous(Dag dag, WorkflowRequest order) {
    Map<String, Map<String, String>> named = new HashMap<>();
    for (int i = 0; i < dag.edges().size(); i++) {
      Edge edge = dag.edges().get(i);
      FileInfo info = order.file(edge);
      if (info == null || info.name() == null || info.name().equals(FileNaming.STICKY)) {
        continue;
      }
      String key = order.files().containsKey(edge.address()) ? edge.address() : edge.key();
      // Inherited names differ where their extensions do.
      String type = info.name().startsWith(FileNaming.INHERIT) ? edge.datatype() : "";
      String file = edge.datatag() == null ? "edge " + i : "tag " + edge.datatag();
      named
          .computeIfAbsent(key + "\n" + type, k -> new LinkedHashMap<>())
          .put(file, edge.address());
    }
    Map<String, Set<String>> ambiguous = new TreeMap<>();
    named.forEach(
        (key, addresses) -> {
          if (addresses.size() > 1) {
            ambiguous
                .computeIfAbsent(key.substring(0, key.lastIndexOf('\n')), k -> new TreeSet<>())
                .addAll(addresses.values());
          }
        });
    return ambiguous;
  }
}
