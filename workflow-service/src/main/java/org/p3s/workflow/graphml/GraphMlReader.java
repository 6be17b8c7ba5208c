package org.p3s.workflow.graphml;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

/**
 * Reads a template. Attributes go by {@code attr.name}, ids of keys are free. Streaming, because a
 * file may be large; no DTD and no entity, because a file may be hostile. JGraphT's importer is not
 * used: it tells neither lines nor the order of parallel edges.
 */
public final class GraphMlReader {

  private static final long YEAR = 31_536_000;
  private static final long DEFAULT_TIMELIMIT = 1_000;
  private static final int MOST_FAULTS = 20;
  private static final Set<String> NODE_KEYS =
      Set.of(
          "payload",
          "env",
          "jobtype",
          "timelimit",
          "priority",
          "maxattempts",
          "onfailure",
          "optional",
          "requirements",
          "staleafter");
  private static final Set<String> EDGE_KEYS =
      Set.of("name", "dirpath", "datatype", "datatag", "comment");

  /** What was read, and what was passed over. */
  public record Result(Dag dag, List<String> warnings) {}

  // The name is null if the key is of an extension.
  private record Key(@Nullable String name, String domain, @Nullable String byDefault) {}

  private final XMLStreamReader xml;
  private final int mostNodes;
  private final Map<String, Key> keys = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();
  private final List<DagCheck.Fault> faults = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private String name = "";
  private @Nullable String description;
  private boolean graphSeen;

  private GraphMlReader(XMLStreamReader xml, int mostNodes) {
    this.xml = xml;
    this.mostNodes = mostNodes;
  }

  /**
   * Reads a template; its parts are checked, its shape as a whole is not.
   *
   * @param mostNodes more than this are refused
   */
  public static Result read(byte[] file, int mostNodes) throws GraphMlException {
    return read(file, mostNodes, true);
  }

  /**
   * Reads what {@link GraphMlWriter} wrote. Its parts were checked when they came in; not again, so
   * that a template stays of use when more is checked than was then.
   */
  public static Result stored(byte[] file) throws GraphMlException {
    return read(file, Integer.MAX_VALUE / 32, false);
  }

  private static Result read(byte[] file, int mostNodes, boolean check) throws GraphMlException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(file));
      return new GraphMlReader(xml, mostNodes).read(check);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
      String message = String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse("");
      throw new GraphMlException(
          false, List.of(new DagCheck.Fault(line, message.replaceFirst("^Message: ", ""))));
    }
  }

  private Result read(boolean check) throws XMLStreamException, GraphMlException {
    // It allows characters that 1.0 can't hold, and templates are handed out as 1.0.
    if ("1.1".equals(xml.getVersion())) {
      throw refused("a template is XML 1.0, not 1.1; change the version in its first line");
    }
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw refused("a template has no DTD and no entities; take the DOCTYPE out");
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        element();
      }
    }
    if (!graphSeen) {
      faults.add(new DagCheck.Fault(1, "there is no graph element; is this GraphML?"));
    }
    Dag dag = new Dag(name, description, nodes, edges);
    if (check) {
      faults.addAll(DagCheck.parts(dag));
    }
    if (!faults.isEmpty()) {
      faults.sort(java.util.Comparator.comparingInt(DagCheck.Fault::line));
      throw new GraphMlException(true, faults.subList(0, Math.min(MOST_FAULTS, faults.size())));
    }
    return new Result(dag, List.copyOf(warnings));
  }

  private void element() throws XMLStreamException, GraphMlException {
    switch (xml.getLocalName()) {
      case "graphml" -> {}
      case "key" -> key();
      case "graph" -> graph();
      case "data" -> graphData();
      case "node" -> node();
      case "edge" -> edge();
      default -> {
        warnings.add("elements " + xml.getLocalName() + " are passed over");
        skip();
      }
    }
  }

  private void key() throws XMLStreamException {
    String id = attribute("id");
    String attrName = attribute("attr.name");
    String domain = attribute("for");
    String byDefault = null;
    while (nextInside("key")) {
      if (xml.getLocalName().equals("default")) {
        byDefault = content();
      } else {
        skip();
      }
    }
    if (id == null) {
      warnings.add("line " + line() + ": a key without id is passed over");
    } else {
      // Graph editors keep their layout under keys that have no attr.name.
      keys.put(id, new Key(attrName, domain == null ? "all" : domain, byDefault));
    }
  }

  private void graph() {
    if (graphSeen) {
      faults.add(new DagCheck.Fault(line(), "a second graph; one file has one template"));
    }
    graphSeen = true;
    String id = attribute("id");
    name = id == null ? "" : id;
    if (!"directed".equals(attribute("edgedefault"))) {
      faults.add(
          new DagCheck.Fault(line(), "the graph is not directed (edgedefault=\"directed\")"));
    }
  }

  private void graphData() throws XMLStreamException {
    Key key = keys.get(String.valueOf(attribute("key")));
    String value = content();
    if (key != null && "description".equals(key.name())) {
      description = value;
    }
  }

  private void node() throws XMLStreamException, GraphMlException {
    int line = line();
    String id = attribute("id");
    Attributes data = data("node", id == null ? "node" : "node " + id, NODE_KEYS);
    if (id == null || id.isBlank()) {
      faults.add(new DagCheck.Fault(line, "a node without id"));
      return;
    }
    if (nodes.size() == mostNodes) {
      throw refused("a template has at most " + mostNodes + " nodes");
    }
    long timelimit = data.number("timelimit", DEFAULT_TIMELIMIT, 0, YEAR);
    long stale = data.number("staleafter", 0, 0, YEAR);
    nodes.add(
        new Node(
            id,
            data.text("payload", ""),
            data.strings("env"),
            data.text("jobtype", "default"),
            timelimit == 0 ? DEFAULT_TIMELIMIT : timelimit,
            (int) data.number("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
            (int) data.number("maxattempts", 1, 1, 100),
            data.oneOf("onfailure", "stop", List.of("stop", "continue")),
            data.flag("optional"),
            data.strings("requirements"),
            stale == 0 ? null : stale,
            line));
  }

  private void edge() throws XMLStreamException, GraphMlException {
    int line = line();
    String source = attribute("source");
    String target = attribute("target");
    boolean directed = !"false".equals(attribute("directed"));
    Attributes data = data("edge", "edge " + source + ":" + target, EDGE_KEYS);
    if (source == null || target == null) {
      faults.add(new DagCheck.Fault(line, "an edge without source or target"));
      return;
    }
    if (!directed) {
      faults.add(new DagCheck.Fault(line, "the edge " + source + ":" + target + " is undirected"));
    }
    if (edges.size() == 20L * mostNodes) {
      throw refused("a template has at most " + 20L * mostNodes + " edges");
    }
    edges.add(
        new Edge(
            source,
            target,
            data.text("name", ""),
            data.text("dirpath", ""),
            data.text("datatype", "").strip(),
            data.textOrNull("datatag"),
            data.textOrNull("comment"),
            line));
  }

  private Attributes data(String domain, String label, Set<String> known)
      throws XMLStreamException {
    int line = line();
    Map<String, String> values = new LinkedHashMap<>();
    for (Key key : keys.values()) {
      if (key.name() != null && key.byDefault() != null && appliesTo(key, domain)) {
        values.put(key.name(), key.byDefault());
      }
    }
    while (nextInside(domain)) {
      String id = attribute("key");
      if (!xml.getLocalName().equals("data") || id == null) {
        warnings.add(
            "elements " + xml.getLocalName() + " inside of " + domain + "s are passed over");
        skip();
        continue;
      }
      Key key = keys.get(id);
      int at = line();
      if (key == null) {
        faults.add(new DagCheck.Fault(at, label + ": no key is declared with id '" + id + "'"));
        skip();
      } else if (key.name() == null || !known.contains(key.name())) {
        String name = key.name() == null ? "of key " + id : key.name();
        warnings.add("the attribute " + name + " of " + domain + "s is passed over");
        skip();
      } else {
        values.put(key.name(), content());
      }
    }
    return new Attributes(values, label, line, faults);
  }

  private static boolean appliesTo(Key key, String domain) {
    return key.domain().equals(domain) || key.domain().equals("all");
  }

  /** Moves to the next child of the element, or past its end. */
  private boolean nextInside(String parent) throws XMLStreamException {
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        return true;
      }
      if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals(parent)) {
        return false;
      }
    }
    return false;
  }

  private String content() throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    int depth = 1;
    while (depth > 0) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        text.append(xml.getText());
      } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
        faults.add(
            new DagCheck.Fault(line(), "a template has no entities: &" + xml.getLocalName() + ";"));
      }
    }
    return text.toString();
  }

  private void skip() throws XMLStreamException {
    content();
  }

  private @Nullable String attribute(String attribute) {
    return xml.getAttributeValue(null, attribute);
  }

  private int line() {
    return xml.getLocation().getLineNumber();
  }

  private GraphMlException refused(String detail) {
    return new GraphMlException(true, List.of(new DagCheck.Fault(line(), detail)));
  }
}
