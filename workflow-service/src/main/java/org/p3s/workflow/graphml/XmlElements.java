package org.p3s.workflow.graphml;

import java.io.ByteArrayInputStream;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.domain.DagCheck;

/**
 * Moves through the elements of a file. It is a stream because the file may be large, and refuses
 * DTDs and entities because the file may be an attack.
 */
final class XmlElements {

  private static final String GRAPHML = "http://graphml.graphdrawing.org/";

  private final XMLStreamReader xml;

  private XmlElements(XMLStreamReader xml) {
    this.xml = xml;
  }

  static XmlElements of(byte[] file) throws XMLStreamException, InvalidTemplateException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XmlElements elements =
        new XmlElements(factory.createXMLStreamReader(new ByteArrayInputStream(file)));
    // XML 1.1 allows characters that XML 1.0 can't hold, and templates are written as XML 1.0.
    if ("1.1".equals(elements.xml.getVersion())) {
      throw elements.refused(
          "a template is XML 1.0, not 1.1; change the version in its first line");
    }
    return elements;
  }

  /**
   * Moves to the next child of the current element. Its earlier children must have been read to
   * their ends.
   *
   * @return false if there is none; the end of the current element is then passed
   */
  boolean next() throws XMLStreamException, InvalidTemplateException {
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

  /** Returns all text of the current element and moves past its end. */
  String content() throws XMLStreamException, InvalidTemplateException {
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

  /** Moves past the end of the current element. */
  void skip() throws XMLStreamException, InvalidTemplateException {
    content();
  }

  private int event() throws XMLStreamException, InvalidTemplateException {
    int event = xml.next();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw refused("a template has no DTD and no entities; take the DOCTYPE out");
    }
    return event;
  }

  /** The name of the current element; with its prefix or namespace if it is not GraphML's. */
  String name() {
    String namespace = xml.getNamespaceURI();
    if (namespace == null || namespace.isEmpty() || namespace.startsWith(GRAPHML)) {
      return xml.getLocalName();
    }
    String prefix = xml.getPrefix();
    return (prefix == null || prefix.isEmpty() ? "{" + namespace + "}" : prefix + ":")
        + xml.getLocalName();
  }

  /** An XML attribute of the current element; null if it has none of that name. */
  @Nullable String attribute(String name) {
    return xml.getAttributeValue("", name);
  }

  int line() {
    return xml.getLocation().getLineNumber();
  }

  /** An exception for a fault at the current line that makes the rest of the file irrelevant. */
  InvalidTemplateException refused(String detail) {
    return new InvalidTemplateException(true, List.of(new DagCheck.Fault(line(), detail)));
  }
}
