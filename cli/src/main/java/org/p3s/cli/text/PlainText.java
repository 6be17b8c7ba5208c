package org.p3s.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jline.utils.WCWidth;

/** Values of the API as text that people read. */
public final class PlainText {

  /** A value: lists with commas, objects as {@code key=value}, nothing for null. */
  public static String of(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (value.isArray()) {
      StringBuilder all = new StringBuilder();
      value.forEach(one -> all.append(all.isEmpty() ? "" : ", ").append(of(one)));
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
                      .append(of(entry.getValue())));
      return all.toString();
    }
    return value.asText();
  }

  /** A value on one line, without control characters. */
  public static String line(JsonNode value) {
    return clean(of(value));
  }

  /**
   * Replaces each control character by a blank. Texts come from users and payloads; line breaks
   * would break tables, and escape sequences would control the reader's terminal.
   */
  public static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return clean.toString();
  }

  /** How many columns of a terminal a text takes: wide characters two, combining ones none. */
  public static int width(String text) {
    return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  /** The blanks that a text needs to be so many columns wide. */
  static String padding(String text, int width) {
    return " ".repeat(Math.max(0, width - width(text)));
  }

  /** {@code 2026-01-31T12:00:00.000Z} as {@code 2026-01-31 12:00:00}. */
  public static String time(JsonNode value) {
    String text = of(value);
    return text.length() >= 19 && text.charAt(10) == 'T'
        ? text.substring(0, 19).replace('T', ' ')
        : text;
  }

  /** The seconds between two times; empty if one of them is missing. */
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

  private PlainText() {}
}
