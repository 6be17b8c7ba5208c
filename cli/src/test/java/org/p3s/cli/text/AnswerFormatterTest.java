package org.p3s.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerFormatterTest {

  private static final TextColours NO_COLOURS = new TextColours(false);
  private static final TableLayout LAYOUT =
      new TableLayout(
          "id",
          List.of(
              TableColumn.of("ID", "id"), TableColumn.number("N", "n"), TableColumn.of("L", "l")));

  private static JsonNode json(String text) throws JsonProcessingException {
    return JsonTree.parse(text.replace('\'', '"'));
  }

  @Test
  void columns_are_as_wide_as_their_widest_cell_and_numbers_are_aligned_right()
      throws JsonProcessingException {
    JsonNode page =
        json("{'items':[{'id':'a','n':5,'l':['x','y']},{'id':'long','n':500,'l':null}]}");
    assertThat(new AnswerFormatter(NO_COLOURS).page(page, LAYOUT, OutputFormat.TABLE).lines())
        .containsExactly("ID      N  L", "a       5  x, y", "long  500");
  }

  @Test
  void control_characters_in_a_cell_are_replaced() throws JsonProcessingException {
    JsonNode page = JsonTree.parse("{\"items\":[{\"id\":\"a\\u001b[31m\\nb\",\"n\":1}]}");
    assertThat(new AnswerFormatter(NO_COLOURS).page(page, LAYOUT, OutputFormat.TABLE))
        .doesNotContain("\u001b")
        .contains("a [31m b");
  }

  @Test
  void colour_does_not_move_columns() throws JsonProcessingException {
    JsonNode page = json("{'items':[{'id':'failed','n':1,'l':'x'}]}");
    assertThat(new AnswerFormatter(new TextColours(true)).page(page, LAYOUT, OutputFormat.TABLE))
        .contains("\u001b[31mfailed\u001b[0m  1  x");
  }

  @Test
  void an_item_is_printed_with_all_fields_that_have_a_value() throws JsonProcessingException {
    JsonNode item = json("{'id':'a','n':null,'env':{'A':'1','B':'2'},'longer':true,'none':[]}");
    assertThat(new AnswerFormatter(NO_COLOURS).one(item, LAYOUT, OutputFormat.TABLE).lines())
        .containsExactly("id      a", "env     A=1 B=2", "longer  true");
    assertThat(new AnswerFormatter(NO_COLOURS).one(item, LAYOUT, OutputFormat.NAME)).isEqualTo("a");
  }

  @Test
  void yaml_quotes_texts_that_look_like_numbers_or_booleans() throws JsonProcessingException {
    JsonNode item = json("{'id':'12','num':12,'l':'yes','none':null}");
    assertThat(new AnswerFormatter(NO_COLOURS).one(item, LAYOUT, OutputFormat.YAML).lines())
        .containsExactly("id: \"12\"", "num: 12", "l: \"yes\"", "none: null");
  }

  @Test
  void wide_characters_take_two_columns_and_combining_characters_none()
      throws JsonProcessingException {
    JsonNode page =
        json("{'items':[{'id':'測定','n':1},{'id':'e\u0301','n':2},{'id':'\uD83D\uDE80','n':3}]}");
    assertThat(new AnswerFormatter(NO_COLOURS).page(page, LAYOUT, OutputFormat.TABLE).lines())
        .containsExactly("ID    N  L", "測定  1", "e\u0301     2", "\uD83D\uDE80    3");
  }
}
