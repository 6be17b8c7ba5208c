package org.p3s.workflow.postgres;

import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Between rows and the domain: times, string maps, arrays of a column. */
final class Columns {

  static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  static Map<String, String> strings(Row row, String column) {
    Map<String, String> map = new LinkedHashMap<>();
    JsonObject json = row.getJsonObject(column);
    if (json != null) {
      json.forEach(entry -> map.put(entry.getKey(), String.valueOf(entry.getValue())));
    }
    return map;
  }

  static JsonObject json(Map<String, String> map) {
    JsonObject json = new JsonObject();
    map.forEach(json::put);
    return json;
  }

  /** A column of many rows, for {@code unnest}. */
  static <T, V> @Nullable V[] column(
      List<T> rows, Function<T, @Nullable V> value, @Nullable V[] type) {
    @Nullable V[] values = java.util.Arrays.copyOf(type, rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    return values;
  }

  private Columns() {}
}
