package org.p3s.pilot;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON objects as maps; what is missing is null, or the default that is given. */
final class Fields {

  private static final JSON MAPPER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private final Map<String, Object> map;

  Fields(Map<String, Object> map) {
    this.map = map;
  }

  static Fields parse(byte[] json) throws IOException {
    return json.length == 0 ? new Fields(Map.of()) : new Fields(MAPPER.mapFrom(json));
  }

  /** Null for the text null. */
  static @Nullable Object parseAny(byte[] json) throws IOException {
    return MAPPER.anyFrom(json);
  }

  static byte[] write(Map<String, ? extends @Nullable Object> object) throws IOException {
    return MAPPER.asBytes(object);
  }

  Map<String, Object> map() {
    return map;
  }

  @Nullable String text(String name) {
    Object value = map.get(name);
    return value == null ? null : value.toString();
  }

  String text(String name, String missing) {
    Object value = map.get(name);
    return value == null ? missing : value.toString();
  }

  /** A value without which the answer is of no use. */
  String need(String name) throws IOException {
    Object value = map.get(name);
    if (value == null) {
      throw new IOException("the answer has no " + name);
    }
    return value.toString();
  }

  long number(String name, long missing) {
    return map.get(name) instanceof Number number ? number.longValue() : missing;
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(map.get(name));
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  @Nullable Fields object(String name) {
    return map.get(name) instanceof Map<?, ?> nested
        ? new Fields((Map<String, Object>) nested)
        : null;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  List<Fields> objects(String name) {
    List<Fields> all = new ArrayList<>();
    if (map.get(name) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> nested) {
          all.add(new Fields((Map<String, Object>) nested));
        }
      }
    }
    return all;
  }

  List<String> texts(String name) {
    List<String> all = new ArrayList<>();
    if (map.get(name) instanceof List<?> list) {
      list.forEach(item -> all.add(String.valueOf(item)));
    }
    return all;
  }

  Map<String, String> textMap(String name) {
    Map<String, String> all = new LinkedHashMap<>();
    Fields nested = object(name);
    if (nested != null) {
      nested.map.forEach((key, value) -> all.put(key, value == null ? "" : value.toString()));
    }
    return all;
  }
}
