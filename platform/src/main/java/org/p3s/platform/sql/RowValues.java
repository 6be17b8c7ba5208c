package org.p3s.platform.sql;

import static java.util.Objects.requireNonNull;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads rows into Java values, and makes parameters of times. */
public final class RowValues {

  public static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    List<T> result = new ArrayList<>(rows.size());
    for (Row row : rows) {
      result.add(read.apply(row));
    }
    return result;
  }

  /** The first row, or null if there is none. */
  public static <T> @Nullable T first(RowSet<Row> rows, Function<Row, T> read) {
    var all = rows.iterator();
    return all.hasNext() ? read.apply(all.next()) : null;
  }

  /** A {@code timestamptz} that may be null. */
  public static @Nullable Instant instantOrNull(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  /** A {@code timestamptz NOT NULL}. */
  public static Instant instant(Row row, String column) {
    return requireNonNull(row.getOffsetDateTime(column), column).toInstant();
  }

  /** The parameter for a {@code timestamptz}. */
  public static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** The parameter for a {@code timestamptz} that may be null. */
  public static @Nullable OffsetDateTime timeOrNull(@Nullable Instant instant) {
    return instant == null ? null : time(instant);
  }

  private RowValues() {}
}
