package org.p3s.workflow.graphml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.app.TemplateFormat.ReadResult;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Node;

/** The places and namespaces of the elements of a GraphML file. */
class GraphMlStructureTest {

  private static ReadResult read(String xml) throws InvalidTemplateException {
    return GraphMlReader.read(xml.getBytes(StandardCharsets.UTF_8), 10_000);
  }

  private static InvalidTemplateException refused(String xml) {
    InvalidTemplateException refusal =
        catchThrowableOfType(InvalidTemplateException.class, () -> read(xml));
    assertThat(refusal).as(xml).isNotNull();
    return refusal;
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "<graph><hyperedge><endpoint node='a'/></hyperedge></graph> "
            + "| a hyperedge inside of the graph; use edges",
        "<graph><node id='g'><graph><node id='b'/></graph></node></graph> "
            + "| a graph inside of node g; ungroup the nodes",
        "<graph><graph><node id='b'/></graph></graph> | a graph inside of the graph; ungroup",
        "<graph><node id='g'><node id='b'/></node></graph> | a node inside of node g",
        "<graph><edge source='a' target='b'><graph/></edge></graph> | a graph inside of edge a:b",
        "<node id='b'/><graph/>                    | a node outside of the graph",
        "<graph/><edge source='a' target='b'/>     | an edge outside of the graph",
        "<hyperedge/><graph/>                      | a hyperedge outside of the graph",
        "<graph><node id='b'/></graph><graph/>     | a second graph",
        "<graph><data key='nosuch'>x</data></graph> | graph: no key is declared with id 'nosuch'",
        "<data key='nosuch'>x</data><graph/>     | graphml: no key is declared with id 'nosuch'"
      })
  void misplaced_jobs_and_dependencies_are_refused(String inside, String fault) {
    String xml = inside.replace("<graph>", "<graph edgedefault='directed'><node id='a'/>");
    InvalidTemplateException e = refused("<graphml>\n\n" + xml + "</graphml>");
    assertThat(e.faults())
        .anySatisfy(
            found -> {
              assertThat(found.detail()).contains(fault);
              assertThat(found.line()).isEqualTo(3);
            });
  }

  @Test
  void elements_and_attributes_of_other_namespaces_are_ignored() throws InvalidTemplateException {
    ReadResult result =
        read(
            """
            <x:graphml xmlns:x="http://graphml.graphdrawing.org/xmlns" xmlns:y="urn:y">
            <y:key id="p" attr.name="payload"/><y:graph/>
            <x:key id="p" for="node" attr.name="payload"><y:default>no</y:default></x:key>
            <x:graph edgedefault="directed">
            <y:node id="b"/><node xmlns="urn:z" id="c"/>
            <x:node y:id="d" id="a"><y:data key="p">no</y:data><y:graph/></x:node>
            </x:graph></x:graphml>
            """);
    assertThat(result.dag().nodes()).extracting(Node::id).containsExactly("a");
    assertThat(result.dag().nodes()).extracting(Node::payload).containsExactly("");
    assertThat(result.warnings())
        .containsExactly(
            "elements y:key are ignored",
            "elements y:graph are ignored",
            "elements y:node are ignored",
            "elements {urn:z}node are ignored",
            "elements y:data inside of nodes are ignored",
            "elements y:graph inside of nodes are ignored");
    assertThat(refused("<graphml xmlns='urn:y'><graph edgedefault='directed'/></graphml>"))
        .hasMessageContaining("no graph element");
  }

  @Test
  void data_of_the_graph_are_read_like_data_of_nodes() throws InvalidTemplateException {
    String keys =
        "<graphml><key id='d' for='graph' attr.name='description'><default>by default</default>"
            + "</key><key id='w' for='graph' attr.name='weight'/><key id='r' for='graphml'/>";
    String graph =
        "<graph edgedefault='directed'>%s<node id='a'/></graph><data key='r'/></graphml>";
    assertThat(read(keys + graph.formatted("")).dag().description()).isEqualTo("by default");
    ReadResult said =
        read(keys + graph.formatted("<data key='d'>said</data><data key='w'>1</data>"));
    assertThat(said.dag().description()).isEqualTo("said");
    assertThat(said.warnings())
        .containsExactly(
            "the attribute weight of graphs is ignored",
            "the attribute of key r of graphs is ignored");
  }

  @Test
  void a_key_applies_to_the_elements_after_it() throws InvalidTemplateException {
    Dag dag =
        read("<graphml><graph edgedefault='directed'><node id='a'/>"
                + "<key id='l' for='node' attr.name='payload'><default>x</default></key>"
                + "<node id='b'/></graph></graphml>")
            .dag();
    assertThat(dag.nodes()).extracting(Node::payload).containsExactly("", "x");
  }

  @Test
  void too_many_keys_are_refused_at_the_first_one_over_the_limit() throws InvalidTemplateException {
    StringBuilder xml = new StringBuilder("<graphml>\n");
    for (int i = 1; i <= 1_000; i++) {
      xml.append("<key id='k").append(i).append("' for='node' attr.name='payload'/>\n");
    }
    String graph = "<graph edgedefault='directed'><node id='a'/></graph></graphml>";
    assertThat(read(xml + graph).dag().nodes()).hasSize(1);
    assertThat(refused(xml + "<key id='more' for='all' attr.name='x'/>\n" + graph))
        .hasMessageContaining("line 1002: a template has at most 1000 keys");
  }
}
