package org.p3s.workflow.graphml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.app.TemplateFormat.ReadResult;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

/**
 * Reads a template. Attributes are identified by {@code attr.name}, the ids of keys are free. What
 * other programs add is ignored with a warning, but nothing that could be a job or a dependency.
 * JGraphT's importer is not used, because it gives neither lines nor the order of parallel edges.
 */
final class GraphMlReader {

  private static final long YEAR = 31_536_000;
  private static final long DEFAULT_TIMELIMIT = 1_000;
  private static final int MAX_FAULTS = 20;

  private final XmlElements xml;
  private final int maxNodes;
  private final GraphMlKeys keys = new GraphMlKeys();
  private final Map<String, String> graphAttributes = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();
  private final List<DagCheck.Fault> faults = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private String name = "";
  private boolean graphSeen;

  private GraphMlReader(XmlElements xml, int maxNodes) {
    this.xml = xml;
    this.maxNodes = maxNodes;
  }

  /**
   * Reads a template. Its nodes and edges are checked one by one; cycles are not looked for.
   *
   * @param maxNodes a file with more nodes is refused
   */
  static ReadResult read(byte[] file, int maxNodes) throws InvalidTemplateException {
    return read(file, maxNodes, true);
  }

  /**
   * Reads what {@link GraphMlWriter} wrote. It is not checked again, so that a stored template
   * stays usable after a check was added.
   */
  static ReadResult readStored(byte[] file) throws InvalidTemplateException {
    return read(file, Integer.MAX_VALUE / 32, false);
  }

  private static ReadResult read(byte[] file, int maxNodes, boolean check)
      throws InvalidTemplateException {
    try {
      return new GraphMlReader(XmlElements.of(file), maxNodes).read(check);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
      String message = String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse("");
      throw new InvalidTemplateException(
          false, List.of(new DagCheck.Fault(line, message.replaceFirst("^Message: ", ""))));
    }
  }

  private ReadResult read(boolean check) throws XMLStreamException, InvalidTemplateException {
    while (xml.next()) {
      if (xml.name().equals("graphml")) {
        graphml();
      } else {
        xml.skip();
      }
    }
    if (!graphSeen) {
      fault(1, "there is no graph element in a graphml element; is this GraphML?");
    }
    Dag dag = new Dag(name, description(), nodes, edges);
    if (check) {
      faults.addAll(DagCheck.nodesAndEdges(dag));
    }
    if (!faults.isEmpty()) {
      faults.sort(Comparator.comparingInt(DagCheck.Fault::line));
      throw new InvalidTemplateException(
          true, faults.subList(0, Math.min(MAX_FAULTS, faults.size())));
    }
    return new ReadResult(dag, List.copyOf(warnings));
  }

  private @Nullable String description() {
    String value = graphAttributes.get("description");
    return value == null ? keys.defaults(GraphMlPart.GRAPH).get("description") : value;
  }

  private void graphml() throws XMLStreamException, InvalidTemplateException {
    while (xml.next()) {
      switch (xml.name()) {
        case "key" -> key();
        case "graph" -> graph();
        case "data" -> data(GraphMlPart.GRAPH, "graphml", graphAttributes);
        case "node", "edge", "hyperedge" -> misplaced("outside of the graph");
        default -> ignore("");
      }
    }
  }

  private void graph() throws XMLStreamException, InvalidTemplateException {
    if (graphSeen) {
      fault(xml.line(), "a second graph; one file has one template");
      xml.skip();
      return;
    }
    graphSeen = true;
    String id = xml.attribute("id");
    name = id == null ? "" : id;
    if (!"directed".equals(xml.attribute("edgedefault"))) {
      fault(xml.line(), "the graph is not directed (edgedefault=\"directed\")");
    }
    while (xml.next()) {
      switch (xml.name()) {
        case "node" -> node();
        case "edge" -> edge();
        case "data" -> data(GraphMlPart.GRAPH, "graph", graphAttributes);
        case "key" -> key();
        case "graph", "hyperedge" -> misplaced("inside of the graph");
        default -> ignore("");
      }
    }
  }

  private void key() throws XMLStreamException, InvalidTemplateException {
    int line = xml.line();
    String id = xml.attribute("id");
    String attrName = xml.attribute("attr.name");
    String domain = xml.attribute("for");
    String defaultValue = null;
    while (xml.next()) {
      if (xml.name().equals("default")) {
        defaultValue = xml.content();
      } else {
        xml.skip();
      }
    }
    if (id == null) {
      warnings.add("line " + line + ": a key without id is ignored");
    } else if (!keys.add(
        id, new GraphMlKeys.Key(attrName, domain == null ? "all" : domain, defaultValue))) {
      throw xml.refused("a template has at most " + GraphMlKeys.MAX + " keys");
    }
  }

  private void node() throws XMLStreamException, InvalidTemplateException {
    int line = xml.line();
    String id = xml.attribute("id");
    ElementAttributes data = attributes(GraphMlPart.NODE, id == null ? "node" : "node " + id);
    if (id == null || id.isBlank()) {
      fault(line, "a node without id");
      return;
    }
    if (nodes.size() == maxNodes) {
      throw xml.refused("a template has at most " + maxNodes + " nodes");
    }
    long timelimit = data.number("timelimit", DEFAULT_TIMELIMIT, 0, YEAR);
    long stale = data.number("staleafter", 0, 0, YEAR);
    nodes.add(
        new Node(
            id,
            data.text("payload", ""),
            data.strings("env"),
            data.word("jobtype", "default"),
            timelimit == 0 ? DEFAULT_TIMELIMIT : timelimit,
            (int) data.number("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
            (int) data.number("maxattempts", 1, 1, 100),
            data.oneOf("onfailure", "stop", List.of("stop", "continue")),
            data.flag("optional"),
            data.strings("requirements"),
            stale == 0 ? null : stale,
            line));
  }

  private void edge() throws XMLStreamException, InvalidTemplateException {
    int line = xml.line();
    String source = xml.attribute("source");
    String target = xml.attribute("target");
    boolean directed = !"false".equals(xml.attribute("directed"));
    ElementAttributes data = attributes(GraphMlPart.EDGE, "edge " + source + ":" + target);
    if (source == null || target == null) {
      fault(line, "an edge without source or target");
      return;
    }
    if (!directed) {
      fault(line, "the edge " + source + ":" + target + " is undirected");
    }
    if (edges.size() == 20L * maxNodes) {
      throw xml.refused("a template has at most " + 20L * maxNodes + " edges");
    }
    String tag = data.word("datatag", "");
    edges.add(
        new Edge(
            source,
            target,
            data.text("name", ""),
            data.text("dirpath", ""),
            data.word("datatype", ""),
            tag.isEmpty() ? null : tag,
            data.textOrNull("comment"),
            line));
  }

  private ElementAttributes attributes(GraphMlPart part, String label)
      throws XMLStreamException, InvalidTemplateException {
    int line = xml.line();
    Map<String, String> values = new LinkedHashMap<>(keys.defaults(part));
    while (xml.next()) {
      switch (xml.name()) {
        case "data" -> data(part, label, values);
        case "graph", "node", "edge", "hyperedge" -> misplaced("inside of " + label);
        default -> ignore(" inside of " + part.element() + "s");
      }
    }
    return new ElementAttributes(values, label, line, faults);
  }

  private void data(GraphMlPart part, String label, Map<String, String> values)
      throws XMLStreamException, InvalidTemplateException {
    int line = xml.line();
    String id = xml.attribute("key");
    if (id == null) {
      ignore(" inside of " + part.element() + "s");
      return;
    }
    GraphMlKeys.Key key = keys.get(id);
    if (key == null) {
      fault(line, label + ": no key is declared with id '" + id + "'");
      xml.skip();
    } else if (key.name() == null || !part.knows(key.name())) {
      String attribute = key.name() == null ? "of key " + id : key.name();
      warnings.add("the attribute " + attribute + " of " + part.element() + "s is ignored");
      xml.skip();
    } else {
      values.put(key.name(), xml.content());
    }
  }

  private void ignore(String where) throws XMLStreamException, InvalidTemplateException {
    warnings.add("elements " + xml.name() + where + " are ignored");
    xml.skip();
  }

  // To ignore these would lose jobs or dependencies.
  private void misplaced(String where) throws XMLStreamException, InvalidTemplateException {
    String what = xml.name();
    String remedy =
        switch (what) {
          case "graph" -> "; ungroup the nodes";
          case "hyperedge" -> "; use edges, each from one node to one other";
          default -> "; a graph holds its nodes and edges itself";
        };
    fault(xml.line(), "a" + (what.equals("edge") ? "n " : " ") + what + " " + where + remedy);
    xml.skip();
  }

  private void fault(int line, String detail) {
    faults.add(new DagCheck.Fault(line, detail));
  }
}
