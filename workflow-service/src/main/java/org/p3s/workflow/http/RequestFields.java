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

/** The fields of a JSON object, in which every scalar may be a string; faults are collected. */
final class RequestFields {

  /** What is wrong with a text that is not {@link #storable}. */
  static final String UNSTORABLE = "has a character of code 0, or half of a surrogate pair";

  private static final int LONGEST = 100_000;

  private final JsonNode json;
  private final String at;
  private final List<ProblemItem> faults;

  /**
   * @param at the object's JSON pointer, empty for the whole document
   * @param known all that it may have
   */
  RequestFields(JsonNode json, String at, Set<String> known, String what, List<ProblemItem> faults) {
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

  /** Throws a problem that names all faults, if there are any. */
  static void refuse(List<ProblemItem> faults) {
    if (!faults.isEmpty()) {
      ProblemItem first = faults.get(0);
      throw new ProblemException(
          CommonProblem.VALIDATION_FAILED, first.pointer() + ": " + first.detail(), faults);
    }
  }

  /** PostgreSQL has no character of code 0, and UTF-8 no half of a surrogate pair. */
  static boolean storable(String text) {
    return text.codePoints().noneMatch(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF));
  }

  /** A part of a JSON pointer. */
  static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  String text(String key, String otherwise) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return otherwise;
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
    if (text.length() > LONGEST) {
      fault(pointer, "has more than " + LONGEST + " characters");
      return "";
    }
    return text;
  }

  long number(String key, long otherwise, long least, long most) {
    String value = text(key, "").strip();
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with the range.
    }
    fault(
        pointer(key), "is a whole number from " + least + " to " + most + ", not '" + value + "'");
    return otherwise;
  }

  @Nullable Long numberOrNull(String key, long least, long most) {
    return text(key, "").isBlank() ? null : (Long) number(key, least, least, most);
  }

  @Nullable Boolean flag(String key) {
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

  /** Variables of an environment by their names. */
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
