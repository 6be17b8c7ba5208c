package org.p3s.cli.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A DAG as text: one line for each node, with the nodes that it waits for. Nodes stand in layers,
 * roots first.
 */
public final class DagDrawing {

  /**
   * A node.
   *
   * @param state shown in its colour; empty for a template
   * @param remark a text after the state, such as the run time; may be empty
   */
  public record DrawnNode(String id, String state, String remark) {}

  /** An edge from a node to one that needs its output. */
  public record DrawnEdge(String source, String target) {}

  private final Map<String, DrawnNode> nodes = new LinkedHashMap<>();
  private final Map<String, Set<String>> parents = new HashMap<>();
  private final Map<String, Set<String>> children = new HashMap<>();

  public DagDrawing(List<DrawnNode> nodes, List<DrawnEdge> edges) {
    nodes.forEach(node -> this.nodes.put(node.id(), node));
    for (DrawnEdge edge : edges) {
      if (this.nodes.containsKey(edge.source()) && this.nodes.containsKey(edge.target())) {
        parents.computeIfAbsent(edge.target(), id -> new LinkedHashSet<>()).add(edge.source());
        children.computeIfAbsent(edge.source(), id -> new LinkedHashSet<>()).add(edge.target());
      }
    }
  }

  public List<String> lines(TextColours colours, boolean unicode) {
    String down = unicode ? "↓" : "|";
    String from = unicode ? "← " : "<- ";
    int idWidth = width(nodes.values(), DrawnNode::id);
    int stateWidth = width(nodes.values(), DrawnNode::state);
    int remarkWidth = width(nodes.values(), DrawnNode::remark);
    List<String> lines = new ArrayList<>();
    for (List<DrawnNode> layer : layers()) {
      if (!lines.isEmpty()) {
        lines.add("    " + down);
      }
      for (DrawnNode node : layer) {
        Set<String> before = parents.getOrDefault(node.id(), Set.of());
        String line =
            "  "
                + padded(node.id(), idWidth)
                + "  "
                + colours.paintState(padded(node.state(), stateWidth))
                + (stateWidth > 0 ? "  " : "")
                + padded(node.remark(), remarkWidth)
                + (remarkWidth > 0 ? "  " : "")
                + (before.isEmpty() ? "" : from + PlainText.clean(String.join(", ", before)));
        lines.add(line.stripTrailing());
      }
    }
    return lines;
  }

  /**
   * Each node is one layer below its lowest parent. Nodes are visited when all their parents were;
   * those of a cycle never are, and stay in the layer that they have reached.
   */
  private Collection<List<DrawnNode>> layers() {
    Map<String, Integer> depths = new HashMap<>();
    Map<String, Integer> unvisitedParents = new HashMap<>();
    Queue<String> next = new ArrayDeque<>();
    for (String id : nodes.keySet()) {
      int count = parents.getOrDefault(id, Set.of()).size();
      unvisitedParents.put(id, count);
      if (count == 0) {
        next.add(id);
      }
    }
    for (String id = next.poll(); id != null; id = next.poll()) {
      int below = depths.getOrDefault(id, 0) + 1;
      for (String child : children.getOrDefault(id, Set.of())) {
        depths.merge(child, below, Math::max);
        if (unvisitedParents.merge(child, -1, Integer::sum) == 0) {
          next.add(child);
        }
      }
    }
    Map<Integer, List<DrawnNode>> layers = new TreeMap<>();
    nodes
        .values()
        .forEach(
            node ->
                layers
                    .computeIfAbsent(depths.getOrDefault(node.id(), 0), d -> new ArrayList<>())
                    .add(node));
    return layers.values();
  }

  private static int width(Collection<DrawnNode> nodes, Function<DrawnNode, String> text) {
    return nodes.stream()
        .mapToInt(node -> PlainText.width(PlainText.clean(text.apply(node))))
        .max()
        .orElse(0);
  }

  private static String padded(String text, int width) {
    String clean = PlainText.clean(text);
    return clean + PlainText.padding(clean, width);
  }
}
