package org.p3s.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers of the API as text: tables for people, JSON and YAML for programs. */
public final class AnswerFormatter {

  private final TextColours colours;

  public AnswerFormatter(TextColours colours) {
    this.colours = colours;
  }

  /** A page of a list. */
  public String page(JsonNode page, TableLayout layout, OutputFormat format) {
    return switch (format) {
      case JSON -> JsonTree.pretty(page);
      case YAML -> yaml(page);
      case NAME -> names(page.path("items"), layout);
      case TABLE -> table(page.path("items"), layout);
    };
  }

  /** One item; for people, a line for each field that has a value. */
  public String one(JsonNode item, TableLayout layout, OutputFormat format) {
    return switch (format) {
      case JSON -> JsonTree.pretty(item);
      case YAML -> yaml(item);
      case NAME -> PlainText.of(item.path(layout.name()));
      case TABLE -> fields(item);
    };
  }

  /** One item; for people, as a table of one row. */
  public String row(JsonNode item, TableLayout layout, OutputFormat format) {
    return format == OutputFormat.TABLE
        ? String.join("\n", new TextTable(layout.columns()).add(item).lines(colours))
        : one(item, layout, format);
  }

  public String table(JsonNode items, TableLayout layout) {
    TextTable table = new TextTable(layout.columns());
    items.forEach(table::add);
    return String.join("\n", table.lines(colours));
  }

  private static String names(JsonNode items, TableLayout layout) {
    List<String> names = new ArrayList<>();
    items.forEach(item -> names.add(PlainText.of(item.path(layout.name()))));
    return String.join("\n", names);
  }

  private String fields(JsonNode item) {
    List<Map.Entry<String, JsonNode>> shown =
        item.properties().stream().filter(field -> !empty(field.getValue())).toList();
    int width = shown.stream().mapToInt(field -> PlainText.width(field.getKey())).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : shown) {
      String text = PlainText.of(field.getValue());
      lines.add(
          field.getKey()
              + PlainText.padding(field.getKey(), width + 2)
              + colours.paintState(PlainText.clean(text)));
    }
    return String.join("\n", lines);
  }

  private static boolean empty(JsonNode value) {
    return value.isNull() || (value.isContainerNode() && value.isEmpty());
  }

  private static String yaml(JsonNode node) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    try {
      return new YAMLMapper(factory).writeValueAsString(node).stripTrailing();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written as YAML", e);
    }
  }
}
