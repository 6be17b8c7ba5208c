package org.p3s.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers of the API as text: for people, or field by field for programs. */
public final class Output {

  private final Style style;

  public Output(Style style) {
    this.style = style;
  }

  /** A page of a list. */
  public String page(JsonNode page, Shape shape, Format format) {
    return switch (format) {
      case JSON -> Json.pretty(page);
      case YAML -> yaml(page);
      case NAME -> names(page.path("items"), shape);
      case TABLE -> table(page.path("items"), shape);
    };
  }

  /** One thing; for people all of its fields that have a value. */
  public String one(JsonNode item, Shape shape, Format format) {
    return switch (format) {
      case JSON -> Json.pretty(item);
      case YAML -> yaml(item);
      case NAME -> Column.plain(item.path(shape.name()));
      case TABLE -> fields(item);
    };
  }

  /** One thing as the row of a list. */
  public String row(JsonNode item, Shape shape, Format format) {
    return format == Format.TABLE
        ? String.join("\n", new Table(shape.columns()).add(item).lines(style))
        : one(item, shape, format);
  }

  public String table(JsonNode items, Shape shape) {
    Table table = new Table(shape.columns());
    items.forEach(table::add);
    return String.join("\n", table.lines(style));
  }

  private static String names(JsonNode items, Shape shape) {
    List<String> names = new ArrayList<>();
    items.forEach(item -> names.add(Column.plain(item.path(shape.name()))));
    return String.join("\n", names);
  }

  private String fields(JsonNode item) {
    List<Map.Entry<String, JsonNode>> shown =
        item.properties().stream().filter(field -> !empty(field.getValue())).toList();
    int width = shown.stream().mapToInt(field -> field.getKey().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : shown) {
      String text = Column.plain(field.getValue());
      lines.add(
          field.getKey()
              + " ".repeat(width + 2 - field.getKey().length())
              + style.word(Table.clean(text)));
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
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
