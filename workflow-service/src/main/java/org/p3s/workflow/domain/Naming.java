package org.p3s.workflow.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Names the files of a workflow. A file info's name wins, then the arrived file's; else the edge's
 * name decides: {@code sticky} (or a {@code ${...}} pattern) keeps it, {@code inherit:NODE} takes
 * the stem of NODE's first input (or output, for a root), anything else gets a fresh uuid, each
 * with the data type's extension.
 *
 * <p>Edges that leave one source with one data tag are one file.
 */
final class Naming {

  private static final String INHERIT = "inherit:";

  /** A file's place. */
  record Place(String name, String dirpath) {
    String path() {
      return dirpath.endsWith("/") ? dirpath + name : dirpath + "/" + name;
    }
  }

  private final Dag dag;
  private final Order order;
  private final Map<String, String> extensions;
  private final Supplier<UUID> ids;
  private final Map<String, String> variables;
  private final Set<String> roots;
  private final Map<Integer, Place> places = new HashMap<>();
  private final Map<String, Place> shared = new HashMap<>();
  private final Set<Integer> naming = new HashSet<>();

  Naming(Dag dag, Order order, UUID workflow, Map<String, String> extensions, Supplier<UUID> ids) {
    this.dag = dag;
    this.order = order;
    this.extensions = extensions;
    this.ids = ids;
    this.variables = variables(order, workflow);
    this.roots = dag.roots();
  }

  Place place(int index) {
    Place known = places.get(index);
    if (known != null) {
      return known;
    }
    Edge edge = dag.edges().get(index);
    String same = edge.source() + "\n" + edge.datatag();
    Place place = edge.datatag() == null ? null : shared.get(same);
    if (place == null || explicit(edge) != null) {
      place = fresh(index, edge);
    }
    shared.putIfAbsent(same, place);
    places.put(index, place);
    return place;
  }

  private Place fresh(int index, Edge edge) {
    FileInfo info = explicit(edge);
    Order.Arrival arrival = order.arrival();
    if (arrival != null && isPlaceholder(edge, arrival)) {
      return new Place(arrival.name(), arrival.dirpath());
    }
    String dirpath = info == null || info.dirpath() == null ? edge.dirpath() : info.dirpath();
    String name = info == null || info.name() == null ? name(index, edge) : info.name();
    return new Place(substitute(name), substitute(dirpath));
  }

  private @Nullable FileInfo explicit(Edge edge) {
    FileInfo exact = order.files().get(edge.key() + ":" + edge.datatag());
    return exact == null ? order.files().get(edge.key()) : exact;
  }

  private boolean isPlaceholder(Edge edge, Order.Arrival arrival) {
    if (arrival.placeholder() != null) {
      return arrival.placeholder().equals(edge.key());
    }
    Node source = dag.byId().get(edge.source());
    return source != null && source.isNoop() && roots.contains(edge.source());
  }

  private String name(int index, Edge edge) {
    String ext = extensions.getOrDefault(edge.datatype(), "");
    if (edge.name().startsWith(INHERIT)) {
      return inherited(index, edge.name().substring(INHERIT.length())) + ext;
    }
    if (edge.name().contains("${")) {
      return edge.name();
    }
    return sticky(edge) ? edge.name() : ids.get() + ext;
  }

  // In the old system a comment or a name of "sticky" kept the edge's own name.
  private static boolean sticky(Edge edge) {
    return edge.name().startsWith("sticky:") || "sticky".equals(edge.comment());
  }

  private String inherited(int index, String node) {
    if (!naming.add(index)) {
      return ids.get().toString();
    }
    List<Edge> edges = dag.edges();
    int from = -1;
    for (int i = 0; i < edges.size() && from < 0; i++) {
      from = edges.get(i).target().equals(node) ? i : -1;
    }
    for (int i = 0; i < edges.size() && from < 0; i++) {
      from = edges.get(i).source().equals(node) && i != index ? i : -1;
    }
    return from < 0 ? ids.get().toString() : stem(place(from).name());
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static Map<String, String> variables(Order order, UUID workflow) {
    Map<String, String> values = new HashMap<>();
    values.put("workflow", workflow.toString());
    if (order.run() != null) {
      values.put("run", order.run().toString());
    }
    if (order.subrun() != null) {
      values.put("subrun", order.subrun().toString());
    }
    if (order.arrival() != null) {
      values.put("name", order.arrival().name());
      values.put("stem", stem(order.arrival().name()));
    }
    return values;
  }

  private String substitute(String text) {
    String result = text.startsWith("sticky:") ? text.substring("sticky:".length()) : text;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      result = result.replace("${" + variable.getKey() + "}", variable.getValue());
    }
    return result;
  }
}
