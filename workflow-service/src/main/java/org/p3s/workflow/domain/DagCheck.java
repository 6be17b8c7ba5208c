package org.p3s.workflow.domain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jgrapht.alg.connectivity.KosarajuStrongConnectivityInspector;
import org.jgrapht.alg.shortestpath.BFSShortestPath;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedPseudograph;

/** What makes a graph a template; each fault names its line. */
public final class DagCheck {

  /** A fault at a line of the file. */
  public record Fault(int line, String detail) {}

  /** Faults of the parts, empty if it may be looked at as a whole. */
  public static List<Fault> parts(Dag dag) {
    List<Fault> faults = new ArrayList<>();
    if (dag.nodes().isEmpty()) {
      faults.add(new Fault(1, "the graph has no nodes"));
    }
    Set<String> ids = new HashSet<>();
    for (Node node : dag.nodes()) {
      if (!ids.add(node.id())) {
        faults.add(new Fault(node.line(), "a second node with id " + quoted(node.id())));
      }
    }
    for (Edge edge : dag.edges()) {
      faults.addAll(edge(edge, ids));
    }
    faults.addAll(DagTextCheck.faults(dag));
    return faults;
  }

  private static List<Fault> edge(Edge edge, Set<String> ids) {
    List<Fault> faults = new ArrayList<>();
    for (String end : List.of(edge.source(), edge.target())) {
      if (!ids.contains(end)) {
        faults.add(
            new Fault(
                edge.line(),
                "the edge " + edge.key() + " goes to no declared node: " + quoted(end)));
      }
    }
    if (edge.source().equals(edge.target())) {
      faults.add(
          new Fault(edge.line(), "the node " + quoted(edge.source()) + " is its own parent"));
    }
    if (edge.name().isBlank()) {
      faults.add(new Fault(edge.line(), "the edge " + edge.key() + " has no name"));
    }
    return faults;
  }

  /** The nodes of a cycle in their order, the first one also last; empty if there is none. */
  public static List<String> cycle(Dag dag) {
    DirectedPseudograph<String, DefaultEdge> graph = new DirectedPseudograph<>(DefaultEdge.class);
    dag.nodes().forEach(node -> graph.addVertex(node.id()));
    dag.edges().forEach(edge -> graph.addEdge(edge.source(), edge.target()));
    for (Set<String> knot :
        new KosarajuStrongConnectivityInspector<>(graph).stronglyConnectedSets()) {
      if (knot.size() > 1) {
        return within(dag, graph, knot);
      }
    }
    return List.of();
  }

  // Each edge between two of these nodes has a way back; the file's first such edge is taken.
  private static List<String> within(
      Dag dag, DirectedPseudograph<String, DefaultEdge> graph, Set<String> knot) {
    Edge first =
        dag.edges().stream()
            .filter(edge -> knot.contains(edge.source()) && knot.contains(edge.target()))
            .findFirst()
            .orElseThrow();
    var back = BFSShortestPath.findPathBetween(graph, first.target(), first.source());
    return Stream.concat(Stream.of(first.source()), back.getVertexList().stream()).toList();
  }

  /** Edges whose data type is not among those known; an edge need not have one. */
  public static Map<Edge, String> unknownTypes(Dag dag, Set<String> known) {
    return dag.edges().stream()
        .filter(edge -> !edge.datatype().isEmpty() && !known.contains(edge.datatype()))
        .collect(
            Collectors.toMap(
                edge -> edge, Edge::datatype, (a, b) -> a, java.util.LinkedHashMap::new));
  }

  private static String quoted(String id) {
    return "'" + id + "'";
  }

  private DagCheck() {}
}
