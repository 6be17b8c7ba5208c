package org.p3s.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DagDrawingTest {

  private static final TextColours NO_COLOURS = new TextColours(false);

  @Test
  void a_diamond_is_drawn_in_three_layers() {
    DagDrawing drawing =
        new DagDrawing(
            List.of(
                new DagDrawing.DrawnNode("end", "", "noop"),
                new DagDrawing.DrawnNode("left", "", "hits"),
                new DagDrawing.DrawnNode("right", "", "noise"),
                new DagDrawing.DrawnNode("start", "", "noop")),
            List.of(
                new DagDrawing.DrawnEdge("start", "left"),
                new DagDrawing.DrawnEdge("start", "right"),
                new DagDrawing.DrawnEdge("left", "end"),
                new DagDrawing.DrawnEdge("right", "end"),
                new DagDrawing.DrawnEdge("right", "end")));
    assertThat(drawing.lines(NO_COLOURS, false))
        .containsExactly(
            "  start  noop",
            "    |",
            "  left   hits   <- start",
            "  right  noise  <- start",
            "    |",
            "  end    noop   <- left, right");
  }

  @Test
  void control_characters_in_a_node_are_replaced() {
    String name = "a\u009b31m\nb";
    DagDrawing drawing =
        new DagDrawing(
            List.of(
                new DagDrawing.DrawnNode(name, "\u001b[2J", "\r"),
                new DagDrawing.DrawnNode("c", "", "")),
            List.of(new DagDrawing.DrawnEdge(name, "c")));
    assertThat(String.join("", drawing.lines(NO_COLOURS, false)))
        .matches("\\P{Cntrl}*")
        .contains("<- a 31m b")
        .doesNotContain("\u009b");
  }

  @Test
  void a_graph_with_a_cycle_is_drawn_too() {
    DagDrawing drawing =
        new DagDrawing(
            List.of(new DagDrawing.DrawnNode("a", "", ""), new DagDrawing.DrawnNode("b", "", "")),
            List.of(new DagDrawing.DrawnEdge("a", "b"), new DagDrawing.DrawnEdge("b", "a")));
    assertThat(drawing.lines(NO_COLOURS, true)).isNotEmpty();
  }
}
