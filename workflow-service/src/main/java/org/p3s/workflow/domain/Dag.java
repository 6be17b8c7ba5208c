package org.p3s.workflow.domain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A template of workflows: its nodes and edges in the order of the GraphML file. */
public record Dag(String name, @Nullable String description, List<Node> nodes, List<Edge> edges) {

  public Dag {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }

  public Dag withName(String newName) {
    return new Dag(newName, description, nodes, edges);
  }

  public Map<String, Node> byId() {
    return nodes.stream().collect(Collectors.toMap(Node::id, Function.identity()));
  }

  /** The ids of the nodes without parents. */
  public Set<String> roots() {
    Set<String> targets = edges.stream().map(Edge::target).collect(Collectors.toSet());
    return nodes.stream()
        .map(Node::id)
        .filter(id -> !targets.contains(id))
        .collect(Collectors.toSet());
  }

  /** The roots that are noops. The edges that leave them stand for files from outside. */
  public Set<String> noopRoots() {
    Set<String> roots = roots();
    return nodes.stream()
        .filter(node -> node.isNoop() && roots.contains(node.id()))
        .map(Node::id)
        .collect(Collectors.toSet());
  }
}
