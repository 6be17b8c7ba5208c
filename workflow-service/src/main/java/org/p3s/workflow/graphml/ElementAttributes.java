package org.p3s.workflow.graphml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;
import org.p3s.workflow.domain.DagCheck;

/** Reads the attributes of one element by name and type, and collects what is wrong in them. */
final class ElementAttributes {

  private final Map<String, String> values;
  private final String element;
  private final int line;
  private final List<DagCheck.Fault> faults;

  ElementAttributes(
      Map<String, String> values, String element, int line, List<DagCheck.Fault> faults) {
    this.values = values;
    this.element = element;
    this.line = line;
    this.faults = faults;
  }

  String text(String name, String defaultValue) {
    String value = values.get(name);
    return value == null ? defaultValue : value;
  }

  /** A text without the blanks that editors put around it when they indent. */
  String word(String name, String defaultValue) {
    String value = text(name, "").strip();
    return value.isEmpty() ? defaultValue : value;
  }

  @Nullable String textOrNull(String name) {
    String value = values.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  long number(String name, long defaultValue, long min, long max) {
    String value = text(name, "").strip();
    if (value.isEmpty()) {
      return defaultValue;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The fault below names the range.
    }
    fault(name + " is a whole number from " + min + " to " + max + ", not '" + value + "'");
    return defaultValue;
  }

  boolean flag(String name) {
    String value = text(name, "false").strip();
    if (!value.equals("true") && !value.equals("false") && !value.isEmpty()) {
      fault(name + " is true or false, not '" + value + "'");
    }
    return value.equals("true");
  }

  String oneOf(String name, String defaultValue, List<String> allowed) {
    String value = text(name, defaultValue).strip();
    if (!allowed.contains(value)) {
      fault(name + " is one of " + allowed + ", not '" + value + "'");
      return defaultValue;
    }
    return value;
  }

  /** A JSON object whose values are strings. */
  Map<String, String> strings(String name) {
    String value = text(name, "").strip();
    Map<String, String> result = new LinkedHashMap<>();
    if (value.isEmpty()) {
      return result;
    }
    try {
      JsonNode json = JsonCodec.documents().readTree(value);
      if (!json.isObject()) {
        fault(name + " is a JSON object of strings, not " + value);
        return result;
      }
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        if (!entry.getValue().isTextual()) {
          fault(name + ": the value of " + entry.getKey() + " is no string: " + entry.getValue());
        }
        result.put(entry.getKey(), entry.getValue().asText());
      }
    } catch (JsonProcessingException e) {
      fault(name + " is no JSON: " + JsonCodec.fault(e));
    }
    return result;
  }

  private void fault(String detail) {
    faults.add(new DagCheck.Fault(line, element + ": " + detail));
  }
}
