package org.p3s.cli.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A DAG as text: one line a node, nodes in layers from the roots down, each with what it waits for.
 */
public final class DagDrawing {

  /**
   * A node.
   *
   * @param state shown in its colour; empty for a template
   * @param remark what else is to be said
   */
  public record Node(String id, String state, String remark) {}

  /** From a node to one that needs its output. */
  public record Edge(String source, String target) {}

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, List<String>> parents = new LinkedHashMap<>();

  public DagDrawing(List<Node> nodes, List<Edge> edges) {
    for (Node node : nodes) {
      this.nodes.put(node.id(), node);
      parents.put(node.id(), new ArrayList<>());
    }
    for (Edge edge : edges) {
      List<String> known = parents.get(edge.target());
      if (known != null
          && this.nodes.containsKey(edge.source())
          && !known.contains(edge.source())) {
        known.add(edge.source());
      }
    }
  }

  public List<String> lines(Style style, boolean unicode) {
    String down = unicode ? "↓" : "|";
    String from = unicode ? "← " : "<- ";
    int width = width(nodes.values(), Node::id);
    int stateWidth = width(nodes.values(), Node::state);
    int remarkWidth = width(nodes.values(), Node::remark);
    List<String> lines = new ArrayList<>();
    for (List<Node> layer : layers().values()) {
      if (!lines.isEmpty()) {
        lines.add("    " + down);
      }
      for (Node node : layer) {
        List<String> before = parents.getOrDefault(node.id(), List.of());
        String line =
            "  "
                + pad(node.id(), width)
                + "  "
                + style.word(pad(node.state(), stateWidth))
                + (stateWidth > 0 ? "  " : "")
                + pad(node.remark(), remarkWidth)
                + (remarkWidth > 0 ? "  " : "")
                + (before.isEmpty() ? "" : from + Table.clean(String.join(", ", before)));
        lines.add(line.stripTrailing());
      }
    }
    return lines;
  }

  /** Each node one layer below its lowest parent. */
  private Map<Integer, List<Node>> layers() {
    Map<String, Integer> depths = new LinkedHashMap<>();
    nodes.keySet().forEach(id -> depths.put(id, 0));
    boolean moved = true;
    // As many rounds as there are nodes settle any DAG; what is none ends too.
    for (int round = 0; moved && round < nodes.size(); round++) {
      moved = false;
      for (String id : nodes.keySet()) {
        int depth = depth(id, depths);
        moved |= depths.getOrDefault(id, 0) != depth;
        depths.put(id, depth);
      }
    }
    Map<Integer, List<Node>> layers = new TreeMap<>();
    nodes.forEach(
        (id, node) ->
            layers
                .computeIfAbsent(depths.getOrDefault(id, 0), depth -> new ArrayList<>())
                .add(node));
    return layers;
  }

  private int depth(String id, Map<String, Integer> depths) {
    return parents.getOrDefault(id, List.of()).stream()
        .mapToInt(parent -> depths.getOrDefault(parent, 0) + 1)
        .max()
        .orElse(0);
  }

  private static int width(Collection<Node> nodes, Function<Node, String> text) {
    return nodes.stream().map(text).mapToInt(String::length).max().orElse(0);
  }

  private static String pad(String text, int width) {
    return Table.clean(text) + " ".repeat(width - text.length());
  }
}
