package org.p3s.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.cli.FakeTerminal;

class TextTest {

  private static final Style PLAIN = new Style(false);
  private static final Shape SHAPE =
      new Shape("id", List.of(Column.of("ID", "id"), Column.number("N", "n"), Column.of("L", "l")));

  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.parse(text.replace('\'', '"'));
  }

  @Test
  void columns_are_as_wide_as_their_widest_cell_and_numbers_stand_right()
      throws JsonProcessingException {
    JsonNode page =
        json("{'items':[{'id':'a','n':5,'l':['x','y']},{'id':'long','n':500,'l':null}]}");
    assertThat(new Output(PLAIN).page(page, SHAPE, Format.TABLE).lines())
        .containsExactly("ID      N  L", "a       5  x, y", "long  500");
  }

  @Test
  void a_cell_steers_no_terminal() throws JsonProcessingException {
    JsonNode page = Json.parse("{\"items\":[{\"id\":\"a\\u001b[31m\\nb\",\"n\":1}]}");
    assertThat(new Output(PLAIN).page(page, SHAPE, Format.TABLE))
        .doesNotContain("\u001b")
        .contains("a [31m b");
  }

  @Test
  void colour_does_not_move_columns() throws JsonProcessingException {
    JsonNode page = json("{'items':[{'id':'failed','n':1,'l':'x'}]}");
    assertThat(new Output(new Style(true)).page(page, SHAPE, Format.TABLE))
        .contains("\u001b[31mfailed\u001b[0m  1  x");
  }

  @Test
  void one_thing_shows_all_fields_that_have_a_value() throws JsonProcessingException {
    JsonNode item = json("{'id':'a','n':null,'env':{'A':'1','B':'2'},'longer':true,'none':[]}");
    assertThat(new Output(PLAIN).one(item, SHAPE, Format.TABLE).lines())
        .containsExactly("id      a", "env     A=1 B=2", "longer  true");
    assertThat(new Output(PLAIN).one(item, SHAPE, Format.NAME)).isEqualTo("a");
  }

  @Test
  void yaml_keeps_texts_texts() throws JsonProcessingException {
    JsonNode item = json("{'id':'12','num':12,'l':'yes','none':null}");
    assertThat(new Output(PLAIN).one(item, SHAPE, Format.YAML).lines())
        .containsExactly("id: \"12\"", "num: 12", "l: \"yes\"", "none: null");
  }

  @Test
  void a_diamond_is_drawn_in_three_layers() {
    DagDrawing drawing =
        new DagDrawing(
            List.of(
                new DagDrawing.Node("end", "", "noop"),
                new DagDrawing.Node("left", "", "hits"),
                new DagDrawing.Node("right", "", "noise"),
                new DagDrawing.Node("start", "", "noop")),
            List.of(
                new DagDrawing.Edge("start", "left"),
                new DagDrawing.Edge("start", "right"),
                new DagDrawing.Edge("left", "end"),
                new DagDrawing.Edge("right", "end"),
                new DagDrawing.Edge("right", "end")));
    assertThat(drawing.lines(PLAIN, false))
        .containsExactly(
            "  start  noop",
            "    |",
            "  left   hits   <- start",
            "  right  noise  <- start",
            "    |",
            "  end    noop   <- left, right");
  }

  @Test
  void a_node_steers_no_terminal() {
    String name = "a\u009b31m\nb";
    DagDrawing drawing =
        new DagDrawing(
            List.of(new DagDrawing.Node(name, "\u001b[2J", "\r"), new DagDrawing.Node("c", "", "")),
            List.of(new DagDrawing.Edge(name, "c")));
    assertThat(String.join("", drawing.lines(PLAIN, false)))
        .matches("\\P{Cntrl}*")
        .contains("<- a 31m b")
        .doesNotContain("\u009b");
  }

  @Test
  void what_is_no_dag_is_drawn_too() {
    DagDrawing drawing =
        new DagDrawing(
            List.of(new DagDrawing.Node("a", "", ""), new DagDrawing.Node("b", "", "")),
            List.of(new DagDrawing.Edge("a", "b"), new DagDrawing.Edge("b", "a")));
    assertThat(drawing.lines(PLAIN, true)).isNotEmpty();
  }

  @Test
  void a_block_is_drawn_over_itself_for_a_person_only() {
    FakeTerminal person = FakeTerminal.person("");
    Block block = new Block(person.terminal);
    block.draw(List.of("one", "two"));
    block.draw(List.of("three"));
    assertThat(person.err()).isEqualTo("one\ntwo\n\u001b[2A\u001b[Jthree\n");

    FakeTerminal files = FakeTerminal.files();
    new Block(files.terminal).draw(List.of("one"));
    assertThat(files.err()).isEmpty();
  }
}
