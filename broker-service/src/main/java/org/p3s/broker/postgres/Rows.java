package org.p3s.broker.postgres;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Java values to and from columns. */
final class Rows {

  static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    List<T> result = new ArrayList<>(rows.size());
    for (Row row : rows) {
      result.add(read.apply(row));
    }
    return result;
  }

  static <T> @Nullable T first(RowSet<Row> rows, Function<Row, T> read) {
    var all = rows.iterator();
    return all.hasNext() ? read.apply(all.next()) : null;
  }

  static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  /** For columns that are never null. */
  static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  static @Nullable OffsetDateTime timeOrNull(@Nullable Instant instant) {
    return instant == null ? null : time(instant);
  }

  static Map<String, String> map(@Nullable Object json) {
    Map<String, String> result = new LinkedHashMap<>();
    if (json instanceof JsonObject object) {
      object.forEach(entry -> result.put(entry.getKey(), String.valueOf(entry.getValue())));
    }
    return result;
  }

  static List<String> strings(@Nullable Object json) {
    List<String> result = new ArrayList<>();
    if (json instanceof JsonArray array) {
      array.forEach(item -> result.add(String.valueOf(item)));
    }
    return result;
  }

  /** JSON with sorted keys, so that equal maps are equal texts. */
  static String json(Map<String, String> map) {
    return Json.encode(new TreeMap<>(map));
  }

  static String json(List<String> list) {
    return Json.encode(list);
  }

  private Rows() {}
}
