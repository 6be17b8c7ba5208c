package org.p3s.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param right whether it is aligned at its right side, as numbers are
 */
public record Column(String title, boolean right, Function<JsonNode, String> value) {

  /** A field of the API; {@code a.b} goes into objects. */
  public static Column of(String title, String field) {
    return new Column(title, false, item -> plain(at(item, field)));
  }

  /** A number. */
  public static Column number(String title, String field) {
    return new Column(title, true, item -> plain(at(item, field)));
  }

  /** A time, shown as UTC to the second. */
  public static Column time(String title, String field) {
    return new Column(title, false, item -> time(at(item, field)));
  }

  /** The seconds from one time to another. */
  public static Column seconds(String title, String from, String to) {
    return new Column(title, true, item -> seconds(item.path(from), item.path(to)));
  }

  /** A value as people read it: lists with commas, nothing for null. */
  public static String plain(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (value.isArray()) {
      StringBuilder all = new StringBuilder();
      value.forEach(one -> all.append(all.isEmpty() ? "" : ", ").append(plain(one)));
      return all.toString();
    }
    if (value.isObject()) {
      StringBuilder all = new StringBuilder();
      value
          .properties()
          .forEach(
              entry ->
                  all.append(all.isEmpty() ? "" : " ")
                      .append(entry.getKey())
                      .append('=')
                      .append(plain(entry.getValue())));
      return all.toString();
    }
    return value.asText();
  }

  /** The same for a line that is no cell of a table: it stays one line, and steers no terminal. */
  public static String line(JsonNode value) {
    return Table.clean(plain(value));
  }

  /** {@code 2026-01-31T12:00:00.000Z} as {@code 2026-01-31 12:00:00}. */
  public static String time(JsonNode value) {
    String text = plain(value);
    return text.length() >= 19 && text.charAt(10) == 'T'
        ? text.substring(0, 19).replace('T', ' ')
        : text;
  }

  /** The seconds between two times; empty where one is missing. */
  public static String seconds(JsonNode from, JsonNode to) {
    if (!from.isTextual() || !to.isTextual()) {
      return "";
    }
    try {
      return seconds(Duration.between(Instant.parse(from.asText()), Instant.parse(to.asText())));
    } catch (DateTimeParseException e) {
      return "";
    }
  }

  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f", duration.toMillis() / 1000.0);
  }

  private static JsonNode at(JsonNode item, String field) {
    JsonNode node = item;
    for (String part : field.split("\\.")) {
      node = node.path(part);
    }
    return node;
  }
}
