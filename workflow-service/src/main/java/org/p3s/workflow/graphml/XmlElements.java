package org.p3s.workflow.graphml;

import java.io.ByteArrayInputStream;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.DagCheck;

/**
 * Walks over the elements of a file. Streaming, because it may be large; no DTD and no entity,
 * because it may be hostile.
 */
final class XmlElements {

  private static final String GRAPHML = "http://graphml.graphdrawing.org/";

  private final XMLStreamReader xml;

  private XmlElements(XMLStreamReader xml) {
    this.xml = xml;
  }

  static XmlElements of(byte[] file) throws XMLStreamException, GraphMlException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XmlElements elements = new XmlElements(factory.createXMLStreamReader(new ByteArrayInputStream(file)));
    // It allows characters that 1.0 can't hold, and templates are handed out as 1.0.
    if ("1.1".equals(elements.xml.getVersion())) {
      throw elements.refused(
          "a template is XML 1.0, not 1.1; change the version in its first line");
    }
    return elements;
  }

  /**
   * Moves to the next child of the element at hand, or past that element's end: then false. Each
   * child is to be walked over as a whole before.
   */
  boolean next() throws XMLStreamException, GraphMlException {
    while (xml.hasNext()) {
      int event = event();
      if (event == XMLStreamConstants.START_ELEMENT) {
        return true;
      }
      if (event == XMLStreamConstants.END_ELEMENT) {
        return false;
      }
    }
    return false;
  }

  /** All text of the element at hand, and moves past its end. */
  String content() throws XMLStreamException, GraphMlException {
    StringBuilder text = new StringBuilder();
    int depth = 1;
    while (depth > 0) {
      int event = event();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        text.append(xml.getText());
      }
    }
    return text.toString();
  }

  void skip() throws XMLStreamException, GraphMlException {
    content();
  }

  private int event() throws XMLStreamException, GraphMlException {
    int event = xml.next();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw refused("a template has no DTD and no entities; take the DOCTYPE out");
    }
    return event;
  }

  /** The element's name; with its prefix or namespace if it is not of GraphML. */
  String name() {
    String namespace = xml.getNamespaceURI();
    if (namespace == null || namespace.isEmpty() || namespace.startsWith(GRAPHML)) {
      return xml.getLocalName();
    }
    String prefix = xml.getPrefix();
    return (prefix == null || prefix.isEmpty() ? "{" + namespace + "}" : prefix + ":")
        + xml.getLocalName();
  }

  /** An attribute of no namespace, as all of GraphML are. */
  @Nullable String attribute(String name) {
    return xml.getAttributeValue("", name);
  }

  int line() {
    return xml.getLocation().getLineNumber();
  }

  /** What is wrong at once, whatever may follow. */
  GraphMlException refused(String detail) {
    return new GraphMlException(true, List.of(new DagCheck.Fault(line(), detail)));
  }
}
