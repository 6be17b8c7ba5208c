package org.p3s.workflow;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** GraphML for tests: {@code GraphMlText.of("IN>a", "a>b")}; nodes in capitals are noops. */
final class GraphMlText {

  private static final String KEYS =
      """
      <?xml version="1.0"?>
      <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="p" for="node" attr.name="payload"/><key id="j" for="node" attr.name="jobtype"/>
      <key id="n" for="edge" attr.name="name"/><key id="d" for="edge" attr.name="dirpath"/>
      <key id="t" for="edge" attr.name="datatype"/><key id="g" for="edge" attr.name="datatag"/>
      <graph edgedefault="directed">
      """;

  static String of(String... edges) {
    Set<String> nodes = new TreeSet<>();
    StringBuilder xml = new StringBuilder();
    for (String edge : edges) {
      String[] ends = edge.split(">");
      nodes.addAll(List.of(ends));
      if (ends.length == 2) {
        xml.append("<edge source='%s' target='%s'>".formatted(ends[0], ends[1]))
            .append("<data key='n'>f</data><data key='d'>/data</data><data key='t'>TXT</data>")
            .append("<data key='g'>FILE_%s_%s</data></edge>\n".formatted(ends[0], ends[1]));
      }
    }
    StringBuilder all = new StringBuilder(KEYS);
    for (String node : nodes) {
      boolean noop = node.equals(node.toUpperCase(Locale.ROOT));
      all.append("<node id='%s'>".formatted(node))
          .append(
              noop ? "<data key='j'>NOOP</data>" : "<data key='p'>run %s</data>".formatted(node))
          .append("</node>\n");
    }
    return all.append(xml).append("</graph></graphml>").toString();
  }

  /** The same, with an attribute that has this value at every node. */
  static String with(String edges, String attribute, String value) {
    return of(edges.split(" "))
        .replace(
            "<graph ",
            "<key id='x' for='node' attr.name='%s'><default>%s</default></key><graph "
                .formatted(attribute, value));
  }

  private GraphMlText() {}
}
