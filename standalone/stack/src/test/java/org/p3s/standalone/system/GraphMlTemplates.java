package org.p3s.standalone.system;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** DAG templates in GraphML. */
final class GraphMlTemplates {

  private static final String KEYS =
      """
      <key id="np" for="node" attr.name="payload" attr.type="string"/>
      <key id="nj" for="node" attr.name="jobtype" attr.type="string"/>
      <key id="ne" for="node" attr.name="env" attr.type="string"/>
      <key id="en" for="edge" attr.name="name" attr.type="string"/>
      <key id="ed" for="edge" attr.name="dirpath" attr.type="string"/>
      <key id="et" for="edge" attr.name="datatype" attr.type="string"/>
      <key id="eg" for="edge" attr.name="datatag" attr.type="string"/>
      """;

  /**
   * The template INBOX -> work -> END, whose job is a shell command that reads $INPUT and writes
   * $OUTPUT.
   *
   * @param outputs the directory of the output file
   */
  static String oneJob(String command, String outputs) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
    %s
    <graph edgedefault="directed">
      <node id="INBOX"><data key="nj">noop</data></node>
      <node id="work">
        <data key="np">%s</data>
        <data key="nj">work</data>
        <data key="ne">{"P3S_EXECMODE":"SHELL"}</data>
      </node>
      <node id="END"><data key="nj">noop</data></node>
      <edge source="INBOX" target="work">
        <data key="en">in.txt</data><data key="ed">.</data>
        <data key="et">TXT</data><data key="eg">INPUT</data>
      </edge>
      <edge source="work" target="END">
        <data key="en">inherit:INBOX</data><data key="ed">%s</data>
        <data key="et">TXT</data><data key="eg">OUTPUT</data>
      </edge>
    </graph>
    </graphml>
    """
        .formatted(KEYS, escape(command), escape(outputs));
  }

  /**
   * A template of any shape.
   *
   * @param edges {@code a>b} is an edge, {@code a} a single node; nodes in capitals are noops, the
   *     others run {@code /bin/true}
   */
  static String ofEdges(List<String> edges) {
    Set<String> nodes = new LinkedHashSet<>();
    StringBuilder lines = new StringBuilder();
    for (String edge : edges) {
      String[] ends = edge.split(">");
      nodes.addAll(List.of(ends));
      if (ends.length == 2) {
        lines.append(
            "<edge source=\"%s\" target=\"%s\"><data key=\"en\">f</data></edge>%n"
                .formatted(ends[0], ends[1]));
      }
    }
    StringBuilder graph = new StringBuilder(KEYS).append("<graph edgedefault=\"directed\">\n");
    for (String node : nodes) {
      boolean noop = node.equals(node.toUpperCase(Locale.ROOT));
      String data = noop ? "<data key=\"nj\">noop</data>" : "<data key=\"np\">/bin/true</data>";
      graph.append("<node id=\"%s\">%s</node>%n".formatted(node, data));
    }
    return "<graphml>" + graph + lines + "</graph></graphml>";
  }

  /**
   * The template begin -> left and right -> last, with four jobs.
   *
   * @param left the payload of the job left; the others run {@code /bin/true}
   * @param attempts of the job left
   */
  static String diamond(String left, int attempts) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
    %s
    <key id="nm" for="node" attr.name="maxattempts" attr.type="int"/>
    <graph edgedefault="directed">
      <node id="begin"><data key="np">/bin/true</data><data key="nj">fault</data></node>
      <node id="left">
        <data key="np">%s</data><data key="nj">fault</data><data key="nm">%d</data>
      </node>
      <node id="right"><data key="np">/bin/true</data><data key="nj">fault</data></node>
      <node id="last"><data key="np">/bin/true</data><data key="nj">fault</data></node>
      %s%s%s%s
    </graph>
    </graphml>
    """
        .formatted(
            KEYS,
            left,
            attempts,
            edge("begin", "left"),
            edge("begin", "right"),
            edge("left", "last"),
            edge("right", "last"));
  }

  private static String edge(String source, String target) {
    return """
      <edge source="%s" target="%s">
        <data key="en">%s-%s.txt</data><data key="ed">.</data><data key="et">TXT</data>
      </edge>
    """
        .formatted(source, target, source, target);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private GraphMlTemplates() {}
}
