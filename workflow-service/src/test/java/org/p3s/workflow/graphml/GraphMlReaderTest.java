package org.p3s.workflow.graphml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.app.TemplateFormat.ReadResult;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

class GraphMlReaderTest {

  private static final String KEYS =
      """
      <graphml>
      <key id="p" for="node" attr.name="payload"/><key id="e" for="node" attr.name="env"/>
      <key id="t" for="node" attr.name="timelimit"><default>77</default></key>
      <key id="m" for="node" attr.name="maxattempts"/><key id="o" for="node" attr.name="optional"/>
      <key id="f" for="node" attr.name="onfailure"/><key id="s" for="node" attr.name="staleafter"/>
      <key id="r" for="node" attr.name="requirements"/><key id="pr" for="node" attr.name="priority"/>
      <key id="n" for="edge" attr.name="name"><default>f</default></key>
      <key id="d" for="edge" attr.name="datatype"><default>TXT</default></key>
      <key id="w" for="node" attr.name="weight"/><key id="y" for="node" yfiles.type="x"/>
      <key id="g" for="graph" attr.name="description"/>
      <key id="j" for="node" attr.name="jobtype"/><key id="dt" for="edge" attr.name="datatag"/>
      """;

  private static ReadResult read(String xml) throws InvalidTemplateException {
    return GraphMlReader.read(xml.getBytes(StandardCharsets.UTF_8), 10_000);
  }

  private static Dag graph(String inside) throws InvalidTemplateException {
    return read(KEYS + "<graph id='G' edgedefault='directed'>" + inside + "</graph></graphml>")
        .dag();
  }

  private static InvalidTemplateException refused(String xml) {
    InvalidTemplateException refusal =
        catchThrowableOfType(InvalidTemplateException.class, () -> read(xml));
    assertThat(refusal).as(xml).isNotNull();
    return refusal;
  }

  private static String refusal(String inside) {
    InvalidTemplateException e =
        refused(KEYS + "<graph id='G' edgedefault='directed'>\n" + inside + "</graph></graphml>");
    assertThat(e.wellFormed()).isTrue();
    assertThat(e.faults().get(0).line()).isPositive();
    return String.valueOf(e.getMessage());
  }

  @Test
  void all_attributes_are_read_by_name() throws InvalidTemplateException {
    Dag dag =
        graph(
            """
            <data key="g">what it does</data>
            <node id="a">
              <data key="p"><![CDATA[echo <x> && true]]></data>
              <data key="e">{"A":"b","C":""}</data><data key="pr">-3</data>
              <data key="m">4</data><data key="o">true</data><data key="f">continue</data>
              <data key="s">60</data><data key="r">{"gpu":"yes"}</data>
            </node>
            <node id="b"/>
            <edge source="a" target="b"/>
            """);
    assertThat(dag.name()).isEqualTo("G");
    assertThat(dag.description()).isEqualTo("what it does");
    Node a = dag.nodes().get(0);
    assertThat(a.payload()).isEqualTo("echo <x> && true");
    assertThat(a.env()).isEqualTo(Map.of("A", "b", "C", ""));
    assertThat(a.priority()).isEqualTo(-3);
    assertThat(a.maxattempts()).isEqualTo(4);
    assertThat(a.optional()).isTrue();
    assertThat(a.onfailure()).isEqualTo("continue");
    assertThat(a.staleafter()).isEqualTo(60);
    assertThat(a.requirements()).isEqualTo(Map.of("gpu", "yes"));
    assertThat(a.timelimit()).as("by default").isEqualTo(77);
    assertThat(a.jobtype()).isEqualTo("default");
    assertThat(dag.nodes().get(1).isNoop()).isTrue();
    assertThat(dag.edges().get(0).name()).isEqualTo("f");
  }

  @Test
  void blanks_that_editors_put_around_words_are_removed() throws InvalidTemplateException {
    Dag dag =
        graph(
            """
            <node id="a"><data key="j"></data></node><node id="b"><data key="j">
              filter
            </data></node>
            <edge source="a" target="b"><data key="dt">
              IN_1
            </data></edge><edge source="a" target="b"><data key="dt"> </data></edge>
            """);
    assertThat(dag.nodes()).extracting(Node::jobtype).containsExactly("default", "filter");
    assertThat(dag.edges()).extracting(Edge::datatag).containsExactly("IN_1", null);
  }

  @Test
  void the_order_of_elements_and_parallel_edges_are_kept() throws InvalidTemplateException {
    Dag dag =
        graph(
            """
            <node id="z"/><node id="a"/>
            <edge source="z" target="a"><data key="n">2</data></edge>
            <edge source="z" target="a"><data key="n">1</data></edge>
            """);
    assertThat(dag.nodes()).extracting(Node::id).containsExactly("z", "a");
    assertThat(dag.edges()).extracting(Edge::name).containsExactly("2", "1");
  }

  @Test
  void additions_of_graph_editors_are_ignored_with_one_warning_each()
      throws InvalidTemplateException {
    ReadResult result =
        read(
            KEYS
                + """
                <graph edgedefault="directed">
                <node id="a"><data key="w">1</data><data key="y"><y:S xmlns:y="urn:y"><y:G x="1"/>
                </y:S></data><port name="q"/></node>
                <node id="b"><data key="w">1</data><data key="y"/></node>
                <edge id="e0" source="a" target="b"/>
                </graph><desc>text</desc></graphml>
                """);
    assertThat(result.dag().nodes()).hasSize(2);
    assertThat(result.warnings())
        .containsExactly(
            "the attribute weight of nodes is ignored",
            "the attribute of key y of nodes is ignored",
            "elements port inside of nodes are ignored",
            "elements desc are ignored");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                          | has no nodes",
        "<node id='a'/><node id='a'/>                                | second node with id 'a'",
        "<node id='a'/><node/>                                        | node without id",
        "<node id='a'/><edge source='a' target='b'/>                 | no declared node: 'b'",
        "<node id='a'/><edge source='a' target='a'/>                 | its own parent",
        "<node id='a'/><edge source='a'/>                            | without source or target",
        "<node id='a'/><node id='b'/><edge source='a' target='b' directed='false'/> | undirected",
        "<node id='a'/><node id='b'/><edge source='a' target='b'><data key='n'> </data></edge>"
            + " | a:b has no name",
        "<node id='a'><data key='e'>[1]</data></node>    | node a: env is a JSON object of strings",
        "<node id='a'><data key='e'>{1</data></node>                 | node a: env is no JSON",
        "<node id='a'><data key='e'>{\"A\":\"b\"} garbage</data></node> | node a: env is no JSON",
        "<node id='a'><data key='e'>{\"A\":\"b\"} {}</data></node> | more after the end of the"
            + " JSON",
        "<node id='a'><data key='r'>{\"A\":\"b\",\"A\":\"c\"}</data></node>"
            + " | node a: requirements is no JSON: one object has twice the key 'A'",
        "<node id='a'><data key='e'>{\"A\":1}</data></node>            | value of A is no string",
        "<node id='a'><data key='t'>soon</data></node>     | timelimit is a whole number from 0 to",
        "<node id='a'><data key='t'>-1</data></node>       | not '-1'",
        "<node id='a'><data key='t'>99999999999999999999</data></node> | not '9999",
        "<node id='a'><data key='m'>0</data></node>       | maxattempts is a whole number from 1",
        "<node id='a'><data key='f'>maybe</data></node>   | onfailure is one of [stop, continue]",
        "<node id='a'><data key='o'>yes</data></node>                | optional is true or false",
        "<node id='a'><data key='q'>x</data></node>       | no key is declared with id 'q'",
        "<node id='a'><data key='e'>{\"A\":\"\\u0000\"}</data></node>"
            + " | node a: env: the value of A has the character U+0000",
        "<node id='a'><data key='e'>{\"A\":\"\\uffff\"}</data></node> | character U+FFFF",
        "<node id='a'><data key='e'>{\"A\":\"x\\ud800x\"}</data></node> | character U+D800",
        "<node id='a'><data key='e'>{\"\\ufffe\":\"\"}</data></node>"
            + " | env: a key has the character U+FFFE",
        "<node id='a'><data key='r'>{\"A\":\"\\u0000\"}</data></node>"
            + " | requirements: the value of A has the character U+0000",
        "<node id='a'><data key='e'>{\"\":\"\"}</data></node> | env: '' can't be the name",
        "<node id='a&#10;b'/>                              | id has the control character U+000A",
        "<node id='a\u009b1m'/>                            | id has the control character U+009B",
        "<node id='a:b'/>                                  | node a:b: id has a ':'",
        "<node id='a'><data key='j'>x\u0085y</data></node>"
            + " | node a: jobtype has the control character U+0085",
        "<node id='a'/><node id='b'/><edge source='a' target='b'><data key='dt'>A=B</data></edge>"
            + " | edge a:b: datatag 'A=B' can't be the name of a variable",
        "<node id='a'/><node id='b'/><edge source='a' target='b'><data key='dt'>1 A</data></edge>"
            + " | edge a:b: datatag '1 A' can't be the name of a variable",
        "<node id='a'><data key='e'>{\"A=B\":\"\"}</data></node> | env: 'A=B' can't be the name"
      })
  void faults_are_reported(String inside, String fault) {
    assertThat(refusal(inside)).contains("line ").contains(fault);
  }

  @Test
  void a_fault_has_its_line() {
    InvalidTemplateException e =
        refused(
            "<graphml>\n<graph edgedefault='directed'>\n<node id='a'/>\n"
                + "<edge source='a' target='b'/>\n</graph></graphml>");
    assertThat(e.faults()).allMatch(fault -> fault.line() == 4);
  }

  @Test
  void an_undirected_graph_and_other_xml_are_refused() {
    assertThat(refused("<graphml><graph edgedefault='undirected'><node id='a'/></graph></graphml>"))
        .hasMessageContaining("not directed");
    assertThat(refused("<svg/>")).hasMessageContaining("no graph element");
    assertThat(refused("<graphml/>").wellFormed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"<graphml><graph>", "no xml", "''", "<a><b></a>", "<graphml>&undefined;</graphml>"})
  void malformed_xml_is_reported_as_such(String xml) {
    InvalidTemplateException e = refused(xml);
    assertThat(e.wellFormed()).isFalse();
    assertThat(e.getMessage()).startsWith("line 1: ");
  }

  @Test
  void characters_that_xml_can_not_hold_are_refused() {
    String graph = "<graphml><graph edgedefault='directed'><node id='a%s'/></graph></graphml>";
    for (String bad : List.of("\uffff", "&#xFFFE;", "&#1;", "&#0;", "&#xD800;")) {
      assertThat(refused(graph.formatted(bad)).wellFormed()).as(bad).isFalse();
    }
    assertThat(refused("<?xml version='1.1'?>" + graph.formatted("&#1;")))
        .hasMessageContaining("line 1: a template is XML 1.0, not 1.1");
  }

  @Test
  void a_stored_template_that_fails_a_newer_check_can_be_read() throws InvalidTemplateException {
    String xml =
        KEYS
            + "<graph edgedefault='directed'><node id='a'><data key='e'>{\"A=B\":\"\\u0000\"}"
            + "</data></node></graph></graphml>";
    assertThat(refused(xml)).hasMessageContaining("A=B");
    assertThat(GraphMlReader.readStored(xml.getBytes(StandardCharsets.UTF_8)).dag().nodes())
        .extracting(Node::env)
        .containsExactly(Map.of("A=B", "\0"));
  }

  @Test
  void document_types_and_entities_are_refused_at_once() {
    StringBuilder laughs = new StringBuilder("<!DOCTYPE lolz [<!ENTITY a 'ha'>");
    for (char c = 'b'; c <= 'j'; c++) {
      laughs.append("<!ENTITY ").append(c).append(" '");
      laughs.append(("&" + (char) (c - 1) + ";").repeat(10)).append("'>");
    }
    InvalidTemplateException bomb =
        refused(
            laughs + "]><graphml><graph edgedefault='directed'><node id='&j;'/></graph></graphml>");
    assertThat(bomb.getMessage()).contains("no DTD");
    InvalidTemplateException file =
        refused(
            "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><graphml>"
                + "<graph edgedefault='directed'><node id='a'><data key='p'>&f;</data></node>"
                + "</graph></graphml>");
    assertThat(file.getMessage()).contains("no DTD").doesNotContain("root:");
  }

  @Test
  void too_many_nodes_are_refused_at_the_first_one_over_the_limit() {
    String nodes = "<node id='n%d'/>\n";
    StringBuilder xml = new StringBuilder("<graphml><graph edgedefault='directed'>\n");
    for (int i = 0; i < 20; i++) {
      xml.append(nodes.formatted(i));
    }
    InvalidTemplateException e =
        catchThrowableOfType(
            InvalidTemplateException.class,
            () ->
                GraphMlReader.read(
                    (xml + "</graph></graphml>").getBytes(StandardCharsets.UTF_8), 10));
    assertThat(e).hasMessageContaining("line 12: a template has at most 10 nodes");
  }

  @Test
  void five_thousand_nodes_are_read() throws InvalidTemplateException {
    StringBuilder xml = new StringBuilder(KEYS + "<graph id='G' edgedefault='directed'>");
    for (int i = 0; i < 5_000; i++) {
      xml.append("<node id='n").append(i).append("'><data key='p'>x</data></node>");
    }
    for (int i = 1; i < 5_000; i++) {
      xml.append("<edge source='n").append(i - 1).append("' target='n").append(i).append("'/>");
    }
    assertThat(read(xml + "</graph></graphml>").dag().edges()).hasSize(4_999);
  }
}
