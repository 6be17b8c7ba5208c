package org.p3s.workflow.graphml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.DagCheck;

class GraphMlTest {

  private static final Path OLD_SYSTEM = Path.of("../../shared/data/p3s/inputs");

  private static String graph(String inside) {
    return """
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="p" for="node" attr.name="payload" attr.type="string"/>
      <key id="e" for="node" attr.name="env" attr.type="string"><default>{"A": "1"}</default></key>
      <key id="t" for="node" attr.name="timelimit" attr.type="int"/>
      <key id="n" for="edge" attr.name="name" attr.type="string"/>
      <key id="d" for="edge" attr.name="datatype" attr.type="string"/>
      <graph id="g" edgedefault="directed">
    """
        + inside
        + "\n</graph></graphml>";
  }

  private static Dag read(String text) throws GraphMlException {
    return GraphMlReader.read(text.getBytes(UTF_8), 100).dag();
  }

  @ParameterizedTest
  @CsvSource({
    "1filter/1filter.graphml, 3, 2",
    "1filter/1filter_fail.graphml, 3, 2",
    "3filters/3filters.graphml, 5, 6"
  })
  void templates_of_the_old_system_are_read(String file, int nodes, int edges) throws Exception {
    assumeTrue(Files.isDirectory(OLD_SYSTEM), "no input of the old system beside the project");
    byte[] bytes = Files.readAllBytes(OLD_SYSTEM.resolve(file));
    Dag dag = GraphMlReader.read(bytes, 100).dag();
    assertThat(dag.nodes()).hasSize(nodes);
    assertThat(dag.edges()).hasSize(edges);
    boolean fails = file.contains("fail");
    assertThat(DagCheck.unknownTypes(dag, java.util.Set.of("TXT"))).hasSize(fails ? 1 : 0);
  }

  @Test
  void parallel_edges_of_the_old_system_are_kept_apart() throws Exception {
    assumeTrue(Files.isDirectory(OLD_SYSTEM), "no input of the old system beside the project");
    Dag dag =
        GraphMlReader.read(Files.readAllBytes(OLD_SYSTEM.resolve("misc/wfmulti1.graphml")), 100)
            .dag();
    assertThat(dag.edges().size())
        .isGreaterThan((int) dag.edges().stream().map(e -> e.key()).distinct().count());
  }

  @Test
  void a_written_template_reads_back_as_itself() throws Exception {
    Dag dag =
        read(
            graph(
                "<node id=\"a\"><data key=\"p\">sh -c 'x &lt; y &amp;&amp; z'</data></node>"
                    + "<node id=\"b\"><data key=\"e\">{}</data><data key=\"t\">7</data></node>"
                    + "<edge source=\"a\" target=\"b\"><data key=\"n\">x</data></edge>"
                    + "<edge source=\"a\" target=\"b\"><data key=\"n\">y</data></edge>"));
    assertThat(dag.nodes().get(0).env()).isEqualTo(Map.of("A", "1"));
    String written = GraphMlWriter.write(dag);
    assertThat(GraphMlWriter.write(read(written))).isEqualTo(written);
    assertThat(read(written).edges()).extracting(e -> e.name()).containsExactly("x", "y");
    assertThat(read(written).nodes().get(1).timelimit()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<node id=\"a\"/><node id=\"a\"/> | second node with id 'a'",
        "<node id=\"a\"/><edge source=\"a\" target=\"b\"><data key=\"n\">x</data></edge> | no declared node: 'b'",
        "<node id=\"a\"/><edge source=\"a\" target=\"a\"><data key=\"n\">x</data></edge> | its own parent",
        "<node id=\"a\"/><node id=\"b\"/><edge source=\"a\" target=\"b\"/> | has no name",
        "<node id=\"a\"><data key=\"e\">[1]</data></node> | env is a JSON object",
        "<node id=\"a\"><data key=\"e\">{\"x\": 1}</data></node> | is no string",
        "<node id=\"a\"><data key=\"e\">{</data></node> | env is no JSON",
        "<node id=\"a\"><data key=\"t\">soon</data></node> | timelimit is a whole number",
        "<node id=\"a\"><data key=\"zz\">1</data></node> | no key is declared with id 'zz'",
        "'' | the graph has no nodes"
      })
  void a_fault_names_its_line(String inside, String says) {
    assertThatThrownBy(() -> read(graph(inside)))
        .isInstanceOfSatisfying(
            GraphMlException.class,
            e -> {
              assertThat(e.wellFormed()).isTrue();
              assertThat(e.faults().get(0).detail()).contains(says);
              assertThat(e.faults().get(0).line()).isPositive();
            });
  }

  @Test
  void a_cycle_is_named_by_its_nodes() throws Exception {
    Dag dag =
        read(
            graph(
                "<node id=\"a\"/><node id=\"b\"/><node id=\"c\"/>"
                    + edge("a", "b")
                    + edge("b", "c")
                    + edge("c", "b")));
    assertThat(DagCheck.cycle(dag)).isEqualTo(List.of("b", "c", "b"));
  }

  private static String edge(String source, String target) {
    return "<edge source=\"%s\" target=\"%s\"><data key=\"n\">x</data></edge>"
        .formatted(source, target);
  }

  @Test
  void an_undirected_graph_and_hostile_xml_are_refused() {
    assertThatThrownBy(
            () -> read(graph("<node id=\"a\"/>").replace("\"directed\"", "\"undirected\"")))
        .hasMessageContaining("not directed");
    String bomb =
        "<!DOCTYPE g [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]>" + graph("<node id=\"&b;\"/>");
    assertThatThrownBy(() -> read(bomb)).isInstanceOf(GraphMlException.class);
    String file =
        "<!DOCTYPE g [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
            + graph("<node id=\"a\"><data key=\"p\">&f;</data></node>");
    assertThatThrownBy(() -> read(file)).isInstanceOf(GraphMlException.class);
    assertThatThrownBy(() -> read("<graphml>\n<graph>"))
        .isInstanceOfSatisfying(GraphMlException.class, e -> assertThat(e.wellFormed()).isFalse());
    assertThatThrownBy(() -> read(graph("<node id=\"n\"/>".repeat(101))))
        .hasMessageContaining("at most 100 nodes");
  }
}
