package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.p3s.contracts.Event;
import org.p3s.contracts.FileArrived;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.platform.inbox.Events;

/**
 * Writes the table {@code file}, and derives a file's state from its workflows. It must run after
 * {@link WorkflowProjection}.
 */
final class FileProjection implements EventProjection {

  private static final BatchStatement WRITE_ARRIVAL =
      new BatchStatement(
          """
          INSERT INTO file (uuid, watch, path, name, size, state, run, subrun, mtime, ts_seen, ts_whole)
          SELECT file, watch, path, name, size, 'arrived', run, subrun, mtime, seen_at, whole_at
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            file uuid, watch text, path text, name text, size bigint, run bigint, subrun bigint,
            mtime timestamptz, seen_at timestamptz, whole_at timestamptz)
          ON CONFLICT (uuid) DO NOTHING
          """);

  // A DAG's part is done well when one of its workflows for the file finished, the first or a
  // rerun. The file is processed when that holds for each DAG that has a workflow for it, and
  // failed when it does not but each such DAG has a workflow that ended. (The watcher's ledger also
  // knows DAGs that have no workflow yet, and waits for them.) Arrivals and ends come by different
  // topics in any order, so both lead to this statement.
  private static final String DERIVE_STATE =
      """
      UPDATE file SET
        state = CASE WHEN f.good THEN 'processed' ELSE 'failed' END, ts_done = f.ts_done
      FROM (SELECT file, bool_and(good) AS good, bool_and(ts_done IS NOT NULL) AS ended,
                   max(ts_done) AS ts_done
            FROM (SELECT file, bool_or(outcome = 'success') AS good,
                         coalesce(min(ts_sto) FILTER (WHERE outcome = 'success'), min(ts_sto))
                           AS ts_done
                  FROM workflow WHERE file = ANY($1::uuid[]) GROUP BY file, dag) by_dag
            GROUP BY file) f
      WHERE file.uuid = f.file AND f.ended
      """;

  @Override
  public Uni<Void> apply(SqlConnection sql, List<Event> batch) {
    List<FileArrived> arrivals =
        OneEventPerKey.of(
            Events.ofType(FileArrived.class, batch), FileArrived::file, (first, repeated) -> first);
    return WRITE_ARRIVAL.execute(sql, arrivals).chain(() -> deriveStates(sql, batch));
  }

  private static Uni<Void> deriveStates(SqlConnection sql, List<Event> batch) {
    UUID[] files =
        Stream.concat(
                Events.ofType(FileArrived.class, batch).stream().map(FileArrived::file),
                Events.ofType(WorkflowFinished.class, batch).stream().map(WorkflowFinished::file))
            .filter(Objects::nonNull)
            .distinct()
            .toArray(UUID[]::new);
    return files.length == 0
        ? Uni.createFrom().voidItem()
        : sql.preparedQuery(DERIVE_STATE).execute(Tuple.of(files)).replaceWithVoid();
  }
}
