package org.p3s.watcher.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.sql.RowValues;
import org.p3s.watcher.app.FileView;
import org.p3s.watcher.app.LedgerQueries;
import org.p3s.watcher.domain.FileState;

/** Reads the ledger for the API. */
@ApplicationScoped
class PgLedgerQueries implements LedgerQueries {

  private static final String LIST =
      """
      SELECT f.*, ARRAY(SELECT wfuuid FROM file_workflow w WHERE w.file = f.uuid ORDER BY wfuuid)
               AS workflows
      FROM file f
      WHERE ($1::text IS NULL OR watch = $1) AND ($2::text IS NULL OR state = $2)
        AND ($3::uuid IS NULL OR uuid < $3) AND ($4::uuid IS NULL OR uuid = $4)
      ORDER BY uuid DESC LIMIT $5
      """;

  private final Pool pool;

  PgLedgerQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<List<FileView>> list(
      @Nullable String watch, @Nullable FileState state, @Nullable UUID after, int limit) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(watch, state == null ? null : state.text(), after, null, limit))
        .map(rows -> RowValues.list(rows, PgLedgerQueries::view));
  }

  @Override
  public Uni<@Nullable FileView> find(UUID file) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(null, null, null, file, 1))
        .map(rows -> RowValues.first(rows, PgLedgerQueries::view));
  }

  private static FileView view(Row row) {
    return new FileView(
        row.getUUID("uuid"),
        row.getString("watch"),
        row.getString("path"),
        row.getString("name"),
        row.getLong("size"),
        RowValues.instantOrNull(row, "mtime"),
        row.getString("state"),
        row.getString("reason"),
        row.getLong("run"),
        row.getLong("subrun"),
        RowValues.instantOrNull(row, "ts_seen"),
        RowValues.instantOrNull(row, "ts_whole"),
        RowValues.instantOrNull(row, "ts_done"),
        Arrays.asList(row.getArrayOfUUIDs("workflows")));
  }
}
