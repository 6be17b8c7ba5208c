package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PageRequest;
import org.p3s.platform.http.Page;
import org.p3s.platform.sql.RowValues;

/**
 * A query for a part of a table, newest first; uuids are ordered by time. The text has only the
 * conditions that are given, so that PostgreSQL can choose the index for them.
 */
final class ListStatement {

  private final StringBuilder text;
  private final List<@Nullable Object> parameters = new ArrayList<>();

  /** Starts {@code SELECT columns FROM table}. */
  ListStatement(String columns, String table) {
    text = new StringBuilder("SELECT " + columns + " FROM " + table + " WHERE true");
  }

  /**
   * Adds a condition, unless its value is null.
   *
   * @param condition column and operator, for instance {@code ts_def >=}; never from a request
   */
  ListStatement where(String condition, @Nullable Object value) {
    if (value != null) {
      parameters.add(value);
      text.append(" AND ").append(condition).append(" $").append(parameters.size());
    }
    return this;
  }

  Uni<Page<Map<String, @Nullable Object>>> page(Pool pool, PageRequest page) {
    where("uuid <", page.after());
    // One row more than wanted shows whether there is a next page.
    return rows(pool, page.limit() + 1)
        .map(rows -> Page.of(rows, page.limit(), row -> String.valueOf(row.get("uuid"))));
  }

  Uni<Optional<Map<String, @Nullable Object>>> find(Pool pool, UUID uuid) {
    where("uuid =", uuid);
    return rows(pool, 1).map(rows -> rows.stream().findFirst());
  }

  private Uni<List<Map<String, @Nullable Object>>> rows(Pool pool, int limit) {
    return pool.preparedQuery(text + " ORDER BY uuid DESC LIMIT " + limit)
        .execute(Tuple.from(parameters))
        .map(rows -> RowValues.list(rows, RowMaps::read));
  }
}
