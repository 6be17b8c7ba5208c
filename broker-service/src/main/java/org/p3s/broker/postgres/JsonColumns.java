package org.p3s.broker.postgres;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads and writes columns of type {@code jsonb} that are maps or lists of strings. */
final class JsonColumns {

  static Map<String, String> map(@Nullable Object json) {
    Map<String, String> result = new LinkedHashMap<>();
    if (json instanceof JsonObject object) {
      object.forEach(entry -> result.put(entry.getKey(), String.valueOf(entry.getValue())));
    }
    return result;
  }

  static List<String> list(@Nullable Object json) {
    List<String> result = new ArrayList<>();
    if (json instanceof JsonArray array) {
      array.forEach(item -> result.add(String.valueOf(item)));
    }
    return result;
  }

  /** JSON with sorted keys, so that equal maps are equal texts. */
  static String text(Map<String, String> map) {
    return Json.encode(new TreeMap<>(map));
  }

  static String text(List<String> list) {
    return Json.encode(list);
  }

  private JsonColumns() {}
}
