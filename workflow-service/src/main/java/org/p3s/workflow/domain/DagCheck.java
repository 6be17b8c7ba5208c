package org.p3s.workflow.domain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jgrapht.alg.connectivity.KosarajuStrongConnectivityInspector;
import org.jgrapht.alg.shortestpath.BFSShortestPath;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedPseudograph;

/** Checks that a graph is a usable template; each fault names its line in the GraphML file. */
public final class DagCheck {

  /** What is wrong at a line of the file. */
  public record Fault(int line, String detail) {}

  /** The faults of single nodes and edges. */
  public static List<Fault> nodesAndEdges(Dag dag) {
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

  /** The nodes of a cycle in order, with the first one again at the end; empty if there is none. */
  public static List<String> cycle(Dag dag) {
    DirectedPseudograph<String, DefaultEdge> graph = new DirectedPseudograph<>(DefaultEdge.class);
    dag.nodes().forEach(node -> graph.addVertex(node.id()));
    dag.edges().forEach(edge -> graph.addEdge(edge.source(), edge.target()));
    for (Set<String> component :
        new KosarajuStrongConnectivityInspector<>(graph).stronglyConnectedSets()) {
      if (component.size() > 1) {
        return cycleWithin(dag, graph, component);
      }
    }
    return List.of();
  }

  // From the target of each edge between two of these nodes a path leads back to its source. The
  // first such edge of the file is taken.
  private static List<String> cycleWithin(
      Dag dag, DirectedPseudograph<String, DefaultEdge> graph, Set<String> component) {
    Edge first =
        dag.edges().stream()
            .filter(edge -> component.contains(edge.source()) && component.contains(edge.target()))
            .findFirst()
            .orElseThrow();
    var back = BFSShortestPath.findPathBetween(graph, first.target(), first.source());
    return Stream.concat(Stream.of(first.source()), back.getVertexList().stream()).toList();
  }

  /** The edges with an unknown data type, each with that type; an edge may also have none. */
  public static Map<Edge, String> unknownTypes(Dag dag, Set<String> known) {
    return dag.edges().stream()
        .filter(edge -> !edge.datatype().isEmpty() && !known.contains(edge.datatype()))
        .collect(Collectors.toMap(edge -> edge, Edge::datatype, (a, b) -> a, LinkedHashMap::new));
  }

  private static String quoted(String id) {
    return "'" + id + "'";
  }

  private DagCheck() {}
}
