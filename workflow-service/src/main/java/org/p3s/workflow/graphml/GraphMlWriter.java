package org.p3s.workflow.graphml;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Json;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

/** Writes a template so that reading it gives an equal one. */
public final class GraphMlWriter {

  private static final List<String> NODE_TEXTS =
      List.of("payload", "env", "jobtype", "onfailure", "requirements");
  private static final List<String> NODE_NUMBERS =
      List.of("timelimit", "priority", "maxattempts", "staleafter");
  private static final List<String> EDGE_TEXTS =
      List.of("name", "dirpath", "datatype", "datatag", "comment");

  public static String write(Dag dag) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("graphml");
      xml.writeDefaultNamespace("http://graphml.graphdrawing.org/xmlns");
      keys(xml);
      xml.writeCharacters("\n");
      xml.writeStartElement("graph");
      xml.writeAttribute("id", dag.name());
      xml.writeAttribute("edgedefault", "directed");
      data(xml, "g-description", dag.description());
      for (Node node : dag.nodes()) {
        node(xml, node);
      }
      for (Edge edge : dag.edges()) {
        edge(xml, edge);
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException | JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + dag.name(), e);
    }
    return text + "\n";
  }

  private static void keys(XMLStreamWriter xml) throws XMLStreamException {
    key(xml, "graph", "description", "string");
    for (String name : NODE_TEXTS) {
      key(xml, "node", name, "string");
    }
    for (String name : NODE_NUMBERS) {
      key(xml, "node", name, "long");
    }
    key(xml, "node", "optional", "boolean");
    for (String name : EDGE_TEXTS) {
      key(xml, "edge", name, "string");
    }
  }

  private static void key(XMLStreamWriter xml, String domain, String name, String type)
      throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeEmptyElement("key");
    xml.writeAttribute("id", domain.charAt(0) + "-" + name);
    xml.writeAttribute("for", domain);
    xml.writeAttribute("attr.name", name);
    xml.writeAttribute("attr.type", type);
  }

  private static void node(XMLStreamWriter xml, Node node)
      throws XMLStreamException, JsonProcessingException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("node");
    xml.writeAttribute("id", node.id());
    data(xml, "n-payload", node.payload());
    data(xml, "n-env", json(node.env()));
    data(xml, "n-jobtype", node.jobtype());
    data(xml, "n-timelimit", Long.toString(node.timelimit()));
    data(xml, "n-priority", Integer.toString(node.priority()));
    data(xml, "n-maxattempts", Integer.toString(node.maxattempts()));
    data(xml, "n-onfailure", node.onfailure());
    data(xml, "n-optional", Boolean.toString(node.optional()));
    data(xml, "n-requirements", json(node.requirements()));
    data(xml, "n-staleafter", node.staleafter() == null ? null : node.staleafter().toString());
    xml.writeEndElement();
  }

  private static void edge(XMLStreamWriter xml, Edge edge) throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("edge");
    xml.writeAttribute("source", edge.source());
    xml.writeAttribute("target", edge.target());
    data(xml, "e-name", edge.name());
    data(xml, "e-dirpath", edge.dirpath());
    data(xml, "e-datatype", edge.datatype());
    data(xml, "e-datatag", edge.datatag());
    data(xml, "e-comment", edge.comment());
    xml.writeEndElement();
  }

  private static void data(XMLStreamWriter xml, String key, @Nullable String value)
      throws XMLStreamException {
    if (value == null) {
      return;
    }
    xml.writeCharacters("\n    ");
    xml.writeStartElement("data");
    xml.writeAttribute("key", key);
    xml.writeCharacters(value);
    xml.writeEndElement();
  }

  private static String json(Map<String, String> strings) throws JsonProcessingException {
    return Json.mapper().writeValueAsString(strings);
  }

  private GraphMlWriter() {}
}
