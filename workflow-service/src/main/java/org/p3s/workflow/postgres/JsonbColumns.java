package org.p3s.workflow.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.ObservedFile;

/** Columns of type {@code jsonb}. */
final class JsonbColumns {

  /** A JSON object of strings; an empty map for null. */
  static Map<String, String> strings(Row row, String column) {
    Map<String, String> map = new LinkedHashMap<>();
    JsonObject json = row.getJsonObject(column);
    if (json != null) {
      json.forEach(entry -> map.put(entry.getKey(), String.valueOf(entry.getValue())));
    }
    return map;
  }

  static JsonObject object(Map<String, String> map) {
    JsonObject json = new JsonObject();
    map.forEach(json::put);
    return json;
  }

  /** An array of observed files; an empty list for null. */
  static List<ObservedFile> files(Row row, String column) {
    JsonArray files = (JsonArray) row.getValue(column);
    if (files == null) {
      return List.of();
    }
    try {
      return List.of(JsonCodec.mapper().readValue(files.encode(), ObservedFile[].class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored files can't be read", e);
    }
  }

  /** Null for an empty list. */
  static @Nullable JsonArray array(List<ObservedFile> files) {
    if (files.isEmpty()) {
      return null;
    }
    try {
      return new JsonArray(JsonCodec.mapper().writeValueAsString(files));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("files can't be written as JSON", e);
    }
  }

  private JsonbColumns() {}
}
