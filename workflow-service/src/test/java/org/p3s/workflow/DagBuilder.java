package org.p3s.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

/** Templates for tests: {@code DagBuilder.of("a>b", "b>c")}; nodes in capitals are noops. */
public final class DagBuilder {

  private final List<Node> nodes = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();

  public static DagBuilder dag() {
    return new DagBuilder();
  }

  public static Dag of(String... edges) {
    DagBuilder dag = new DagBuilder();
    for (String edge : edges) {
      String[] ends = edge.split(">");
      dag.ensure(ends[0]).ensure(ends[1]).edge(ends[0], ends[1], "file", null);
    }
    return dag.build();
  }

  private DagBuilder ensure(String id) {
    return nodes.stream().anyMatch(node -> node.id().equals(id)) ? this : node(id);
  }

  public DagBuilder node(String id) {
    return node(id, 1, "stop", false);
  }

  public DagBuilder node(String id, int maxattempts, String onfailure, boolean optional) {
    boolean noop = id.equals(id.toUpperCase(java.util.Locale.ROOT));
    nodes.add(
        new Node(
            id,
            noop ? "" : "run " + id,
            Map.of(),
            noop ? "noop" : "default",
            1000,
            0,
            maxattempts,
            onfailure,
            optional,
            Map.of(),
            null,
            0));
    return this;
  }

  public DagBuilder edge(String source, String target, String name, @Nullable String tag) {
    return edge(source, target, name, "/d", tag, null);
  }

  public DagBuilder edge(
      String source,
      String target,
      String name,
      String dirpath,
      @Nullable String tag,
      @Nullable String comment) {
    edges.add(new Edge(source, target, name, dirpath, "TXT", tag, comment, 0));
    return this;
  }

  public Dag build() {
    return new Dag("dag", null, nodes, edges);
  }
}
