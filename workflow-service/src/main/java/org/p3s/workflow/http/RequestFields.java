package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;

/**
 * Reads the fields of a JSON object by name and type, and collects what is wrong in them. Numbers
 * and flags may be given as strings.
 */
final class RequestFields {

  /** The fault of a text that is not {@link #storable}. */
  static final String UNSTORABLE = "has a character of code 0, or half of a surrogate pair";

  private static final int MAX_LENGTH = 100_000;

  private final JsonNode json;
  private final String at;
  private final List<ProblemItem> faults;

  /**
   * @param at the object's JSON pointer, empty for the whole document
   * @param known the keys that it may have
   * @param what it is, for messages: {@code a job}
   * @param faults where what is wrong is added
   */
  RequestFields(
      JsonNode json, String at, Set<String> known, String what, List<ProblemItem> faults) {
    this.json = json;
    this.at = at;
    this.faults = faults;
    if (!json.isObject()) {
      fault(at, what + " is an object");
    }
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                fault(
                    pointer(key),
                    what + " has no such key; it may have " + known.stream().sorted().toList());
              }
            });
  }

  /** Throws a problem with all faults, if there are any. */
  static void refuse(List<ProblemItem> faults) {
    if (!faults.isEmpty()) {
      ProblemItem first = faults.get(0);
      throw new ProblemException(
          CommonProblem.VALIDATION_FAILED, first.pointer() + ": " + first.detail(), faults);
    }
  }

  /** False for a character of code 0, or half of a surrogate pair, which PostgreSQL can't store. */
  static boolean storable(String text) {
    return text.codePoints().noneMatch(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF));
  }

  /** The key as a part of a JSON pointer. */
  static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  String text(String key, String defaultValue) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return defaultValue;
    }
    return scalar(value, pointer(key));
  }

  @Nullable String textOrNull(String key) {
    String value = text(key, "");
    return value.isEmpty() ? null : value;
  }

  private String scalar(JsonNode value, String pointer) {
    if (!value.isValueNode() || value.isNull()) {
      fault(pointer, "is a text, not " + value.getNodeType());
      return "";
    }
    String text = value.asText();
    if (!storable(text)) {
      fault(pointer, UNSTORABLE);
      return "";
    }
    if (text.length() > MAX_LENGTH) {
      fault(pointer, "has more than " + MAX_LENGTH + " characters");
      return "";
    }
    return text;
  }

  long number(String key, long defaultValue, long min, long max) {
    String value = text(key, "").strip();
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
    fault(pointer(key), "is a whole number from " + min + " to " + max + ", not '" + value + "'");
    return defaultValue;
  }

  @Nullable Long numberOrNull(String key, long min, long max) {
    return text(key, "").isBlank() ? null : (Long) number(key, min, min, max);
  }

  @Nullable Boolean flagOrNull(String key) {
    String value = text(key, "").strip();
    if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
      fault(pointer(key), "is true or false, not '" + value + "'");
    }
    return value.isEmpty() ? null : (Boolean) value.equals("true");
  }

  Map<String, String> strings(String key) {
    JsonNode value = json.get(key);
    Map<String, String> map = new LinkedHashMap<>();
    if (value == null || value.isNull()) {
      return map;
    }
    if (!value.isObject()) {
      fault(pointer(key), "is an object of strings, not " + value.getNodeType());
      return map;
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String pointer = pointer(key) + "/" + escaped(entry.getKey());
      if (entry.getKey().isEmpty() || !storable(entry.getKey())) {
        fault(pointer, "has no usable name");
      }
      map.put(entry.getKey(), scalar(entry.getValue(), pointer));
    }
    return map;
  }

  /** The variables of an environment. */
  Map<String, String> variables(String key) {
    Map<String, String> map = strings(key);
    for (String name : map.keySet()) {
      if (name.indexOf('=') >= 0) {
        fault(pointer(key) + "/" + escaped(name), "can't be the name of a variable");
      }
    }
    return map;
  }

  String pointer(String key) {
    return at + "/" + escaped(key);
  }

  void fault(String pointer, String detail) {
    faults.add(ProblemItem.at(pointer.isEmpty() ? "/" : pointer, detail));
  }
}
