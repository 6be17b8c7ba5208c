package org.p3s.monitor.postgres;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows as maps from column names to values that Jackson and the templates can write. */
final class RowMaps {

  /** All columns of a row, in their order. */
  static Map<String, @Nullable Object> read(Row row) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      map.put(row.getColumnName(i), value(row.getValue(i)));
    }
    return map;
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof JsonObject json) {
      return json.getMap();
    }
    return value instanceof JsonArray json ? json.getList() : value;
  }

  private RowMaps() {}
}
