package org.p3s.workflow.graphml;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

/**
 * Writes a template so that reading it gives an equal one. Not with StAX, whose writer does not
 * escape line ends in attributes, so that a reader would turn them into spaces.
 */
final class GraphMlWriter {

  private static final List<String> NODE_TEXTS =
      List.of("payload", "env", "jobtype", "onfailure", "requirements");
  private static final List<String> NODE_NUMBERS =
      List.of("timelimit", "priority", "maxattempts", "staleafter");
  private static final List<String> EDGE_TEXTS =
      List.of("name", "dirpath", "datatype", "datatag", "comment");

  private final StringBuilder xml = new StringBuilder(4096);

  private GraphMlWriter() {}

  static String write(Dag dag) {
    GraphMlWriter writer = new GraphMlWriter();
    writer.dag(dag);
    return writer.xml.toString();
  }

  private void dag(Dag dag) {
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .append("<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    key("graph", "description", "string");
    NODE_TEXTS.forEach(name -> key("node", name, "string"));
    NODE_NUMBERS.forEach(name -> key("node", name, "long"));
    key("node", "optional", "boolean");
    EDGE_TEXTS.forEach(name -> key("edge", name, "string"));
    xml.append("<graph");
    attribute("id", dag.name());
    attribute("edgedefault", "directed");
    xml.append(">\n");
    data("g-description", dag.description());
    dag.nodes().forEach(this::node);
    dag.edges().forEach(this::edge);
    xml.append("</graph>\n</graphml>\n");
  }

  private void key(String domain, String name, String type) {
    xml.append("  <key");
    attribute("id", domain.charAt(0) + "-" + name);
    attribute("for", domain);
    attribute("attr.name", name);
    attribute("attr.type", type);
    xml.append("/>\n");
  }

  private void node(Node node) {
    xml.append("  <node");
    attribute("id", node.id());
    xml.append(">\n");
    data("n-payload", node.payload());
    data("n-env", json(node.env()));
    data("n-jobtype", node.jobtype());
    data("n-timelimit", Long.toString(node.timelimit()));
    data("n-priority", Integer.toString(node.priority()));
    data("n-maxattempts", Integer.toString(node.maxattempts()));
    data("n-onfailure", node.onfailure());
    data("n-optional", Boolean.toString(node.optional()));
    data("n-requirements", json(node.requirements()));
    data("n-staleafter", node.staleafter() == null ? null : node.staleafter().toString());
    xml.append("  </node>\n");
  }

  private void edge(Edge edge) {
    xml.append("  <edge");
    attribute("source", edge.source());
    attribute("target", edge.target());
    xml.append(">\n");
    data("e-name", edge.name());
    data("e-dirpath", edge.dirpath());
    data("e-datatype", edge.datatype());
    data("e-datatag", edge.datatag());
    data("e-comment", edge.comment());
    xml.append("  </edge>\n");
  }

  private void data(String key, @Nullable String value) {
    if (value != null) {
      xml.append("    <data");
      attribute("key", key);
      xml.append('>');
      text(value, false);
      xml.append("</data>\n");
    }
  }

  private void attribute(String name, String value) {
    xml.append(' ').append(name).append("=\"");
    text(value, true);
    xml.append('"');
  }

  private void text(String text, boolean attribute) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> xml.append("&amp;");
        case '<' -> xml.append("&lt;");
        case '>' -> xml.append("&gt;");
        case '"' -> xml.append("&quot;");
        case '\r' -> xml.append("&#13;");
        case '\n' -> xml.append(attribute ? "&#10;" : "\n");
        case '\t' -> xml.append(attribute ? "&#9;" : "\t");
        default -> xml.append(c);
      }
    }
  }

  private static String json(Map<String, String> strings) {
    try {
      return JsonCodec.mapper().writeValueAsString(strings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings can't be written as JSON", e);
    }
  }
}
