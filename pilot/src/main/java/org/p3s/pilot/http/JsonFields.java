package org.p3s.pilot.http;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, read by name and type. A field that is missing, or is no number,
 * list or object where one is asked for, is read as null, as empty, or as the default that the
 * caller gives. Any value can be read as text.
 */
public final class JsonFields {

  private static final JSON MAPPER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private final Map<String, Object> map;

  public JsonFields(Map<String, Object> map) {
    this.map = map;
  }

  /** An empty input is read as an object without fields. */
  public static JsonFields parse(byte[] json) throws IOException {
    return json.length == 0 ? new JsonFields(Map.of()) : new JsonFields(MAPPER.mapFrom(json));
  }

  /** Reads JSON of any type; null if the input is the word {@code null}. */
  public static @Nullable Object parseAny(byte[] json) throws IOException {
    return MAPPER.anyFrom(json);
  }

  public static byte[] write(Map<String, ? extends @Nullable Object> object) throws IOException {
    return MAPPER.asBytes(object);
  }

  public Map<String, Object> map() {
    return map;
  }

  public @Nullable String text(String name) {
    Object value = map.get(name);
    return value == null ? null : value.toString();
  }

  public String text(String name, String defaultValue) {
    Object value = map.get(name);
    return value == null ? defaultValue : value.toString();
  }

  /**
   * A field that must be there.
   *
   * @throws IOException if it is missing
   */
  public String required(String name) throws IOException {
    Object value = map.get(name);
    if (value == null) {
      throw new IOException("the answer has no " + name);
    }
    return value.toString();
  }

  public long number(String name, long defaultValue) {
    return map.get(name) instanceof Number number ? number.longValue() : defaultValue;
  }

  public boolean flag(String name) {
    return Boolean.TRUE.equals(map.get(name));
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  public @Nullable JsonFields object(String name) {
    return map.get(name) instanceof Map<?, ?> nested
        ? new JsonFields((Map<String, Object>) nested)
        : null;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  public List<JsonFields> objects(String name) {
    List<JsonFields> all = new ArrayList<>();
    if (map.get(name) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> nested) {
          all.add(new JsonFields((Map<String, Object>) nested));
        }
      }
    }
    return all;
  }

  public List<String> texts(String name) {
    List<String> all = new ArrayList<>();
    if (map.get(name) instanceof List<?> list) {
      list.forEach(item -> all.add(String.valueOf(item)));
    }
    return all;
  }

  public Map<String, String> textMap(String name) {
    Map<String, String> all = new LinkedHashMap<>();
    JsonFields nested = object(name);
    if (nested != null) {
      nested.map.forEach((key, value) -> all.put(key, value == null ? "" : value.toString()));
    }
    return all;
  }
}
