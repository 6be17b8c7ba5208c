package org.p3s.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param right true if cells are aligned right, as numbers are
 * @param value the text of the cell for one item of the list
 */
public record TableColumn(String title, boolean right, Function<JsonNode, String> value) {

  /**
   * A column of texts.
   *
   * @param field a field of the API; {@code a.b} is field b of object a
   */
  public static TableColumn of(String title, String field) {
    return new TableColumn(title, false, item -> PlainText.of(at(item, field)));
  }

  public static TableColumn number(String title, String field) {
    return new TableColumn(title, true, item -> PlainText.of(at(item, field)));
  }

  /** Times, shown in UTC without fractions of seconds. */
  public static TableColumn time(String title, String field) {
    return new TableColumn(title, false, item -> PlainText.time(at(item, field)));
  }

  /** The seconds from one time to another. */
  public static TableColumn seconds(String title, String from, String to) {
    return new TableColumn(title, true, item -> PlainText.seconds(item.path(from), item.path(to)));
  }

  private static JsonNode at(JsonNode item, String field) {
    JsonNode node = item;
    for (String part : field.split("\\.")) {
      node = node.path(part);
    }
    return node;
  }
}
