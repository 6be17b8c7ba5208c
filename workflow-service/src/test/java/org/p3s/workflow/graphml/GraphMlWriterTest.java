package org.p3s.workflow.graphml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.p3s.workflow.app.InvalidTemplateException;
import org.p3s.workflow.app.TemplateFormat.ReadResult;
import org.p3s.workflow.domain.Dag;
import org.p3s.workflow.domain.Edge;
import org.p3s.workflow.domain.Node;

class GraphMlWriterTest {

  private static final String NASTY = "a<b>&\"'\t\n\r ]]> ü \uD83D\uDE00 ${x} /../";

  private static void assertReadsBack(Dag dag) throws InvalidTemplateException {
    byte[] xml = GraphMlWriter.write(dag).getBytes(StandardCharsets.UTF_8);
    ReadResult read = GraphMlReader.readStored(xml);
    assertThat(read.warnings()).isEmpty();
    assertThat(read.dag())
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*line")
        .isEqualTo(dag);
  }

  private static Node node(String id, String text, Map<String, String> map) {
    String type = text.isBlank() ? "default" : text.strip();
    return new Node(id, text, map, type, 9, -4, 3, "continue", true, map, 5L, 0);
  }

  @Test
  void a_written_graph_is_read_as_an_equal_one() throws InvalidTemplateException {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("Z", NASTY);
    env.put("A", "");
    assertReadsBack(
        new Dag(
            "dag.1",
            NASTY,
            List.of(node("a", NASTY, env), node(NASTY, "", Map.of())),
            List.of(
                new Edge("a", NASTY, NASTY, NASTY, "TXT", NASTY, NASTY, 0),
                new Edge("a", NASTY, "x", "", "", null, null, 0))));
  }

  @Test
  void a_graph_without_description_and_edges_is_read_as_an_equal_one()
      throws InvalidTemplateException {
    assertReadsBack(new Dag("d", null, List.of(node("a", "p", Map.of())), List.of()));
  }

  @Test
  void random_texts_are_read_as_they_were_written() throws InvalidTemplateException {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      String text =
          random
              .ints(12, 0, NASTY.length())
              .collect(
                  StringBuilder::new,
                  (s, at) ->
                      s.append(Character.isSurrogate(NASTY.charAt(at)) ? '?' : NASTY.charAt(at)),
                  StringBuilder::append)
              .toString();
      assertReadsBack(
          new Dag("d", text, List.of(node("n" + text, text, Map.of(text, text))), List.of()));
    }
  }
}
