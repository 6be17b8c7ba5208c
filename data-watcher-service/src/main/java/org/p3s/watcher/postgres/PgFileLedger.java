package org.p3s.watcher.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;
import org.p3s.platform.sql.RowValues;
import org.p3s.watcher.app.FileLedger;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.FileRecord;
import org.p3s.watcher.domain.FileRecordBuilder;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.RunNumber;
import org.p3s.watcher.domain.Watch;

/** The ledger in SQL. The reactive client and not Hibernate: each statement takes many files. */
@ApplicationScoped
class PgFileLedger implements FileLedger {

  private static final String UNDECIDED =
      """
      SELECT u.path FROM unnest($2::text[]) AS u(path)
      LEFT JOIN file f ON f.watch = $1 AND f.path = u.path
      WHERE f.path IS NULL OR f.state = 'seen'
      """;

  private static final String SAVE =
      """
      INSERT INTO file (uuid, watch, path, dirpath, name, size, mtime, state, reason, run, subrun,
                        ts_seen, ts_whole, dags)
      SELECT a.uuid, $13, a.path, a.dirpath, a.name, a.size, a.mtime, a.state, a.reason, a.run,
             a.subrun, a.seen, a.whole, $14
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[],
                  $6::timestamptz[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
                  $11::timestamptz[], $12::timestamptz[])
        AS a(uuid, path, dirpath, name, size, mtime, state, reason, run, subrun, seen, whole)
      ON CONFLICT (watch, path) DO UPDATE
        SET size = excluded.size, mtime = excluded.mtime, state = excluded.state,
            reason = excluded.reason, ts_whole = excluded.ts_whole, dags = excluded.dags
        WHERE file.state || '>' || excluded.state = ANY ($15::text[])
      RETURNING *
      """;

  private static final String CLOSE_ACTIONS =
      """
      UPDATE file f SET pending_action = NULL, reason = u.result
      FROM unnest($1::uuid[], $2::text[]) AS u(uuid, result) WHERE f.uuid = u.uuid
      """;

  /** What {@link #SAVE} may change, as {@code from>to}. A file that is seen may be seen again. */
  private static final String[] TRANSITIONS =
      Stream.concat(
              Stream.of(transition(FileState.SEEN, FileState.SEEN)),
              Arrays.stream(FileState.values())
                  .flatMap(from -> from.successors().stream().map(to -> transition(from, to))))
          .toArray(String[]::new);

  private final Pool pool;

  PgFileLedger(Pool pool) {
    this.pool = pool;
  }

  private static String transition(FileState from, FileState to) {
    return from.text() + '>' + to.text();
  }

  @Override
  public Uni<Set<String>> undecided(String watch, Collection<String> paths) {
    return pool.preparedQuery(UNDECIDED)
        .execute(Tuple.of(watch, paths.toArray(String[]::new)))
        .map(rows -> new HashSet<>(RowValues.list(rows, row -> row.getString("path"))));
  }

  @Override
  public Uni<List<FileRecord>> save(Tx tx, Watch watch, List<FileRecord> files) {
    Tuple parameters =
        new ColumnArrays<>(files)
            .add(UUID[]::new, FileRecord::uuid)
            .add(String[]::new, FileRecord::path)
            .add(String[]::new, FileRecord::directory)
            .add(String[]::new, FileRecord::name)
            .add(Long[]::new, FileRecord::size)
            .add(OffsetDateTime[]::new, file -> RowValues.time(file.mtime()))
            .add(String[]::new, file -> file.state().text())
            .add(String[]::new, FileRecord::reason)
            .add(Long[]::new, file -> file.run().run())
            .add(Long[]::new, file -> file.run().subrun())
            .add(OffsetDateTime[]::new, file -> RowValues.time(file.firstSeen()))
            .add(OffsetDateTime[]::new, file -> RowValues.timeOrNull(file.completeAt()))
            .tuple()
            .addString(watch.name())
            .addArrayOfString(watch.dags().toArray(String[]::new))
            .addArrayOfString(TRANSITIONS);
    return tx.sql()
        .preparedQuery(SAVE)
        .execute(parameters)
        .map(rows -> RowValues.list(rows, PgFileLedger::record));
  }

  private static FileRecord record(Row row) {
    return FileRecordBuilder.builder()
        .uuid(row.getUUID("uuid"))
        .path(row.getString("path"))
        .directory(row.getString("dirpath"))
        .name(row.getString("name"))
        .size(row.getLong("size"))
        .mtime(RowValues.instant(row, "mtime"))
        .state(FileState.of(row.getString("state")).orElseThrow())
        .reason(row.getString("reason"))
        .run(new RunNumber(row.getLong("run"), row.getLong("subrun")))
        .firstSeen(RowValues.instant(row, "ts_seen"))
        .completeAt(RowValues.instantOrNull(row, "ts_whole"))
        .build();
  }

  @Override
  public Uni<Long> countInProgress(String watch) {
    return pool.preparedQuery("SELECT count(*) FROM file WHERE watch = $1 AND state = 'arrived'")
        .execute(Tuple.of(watch))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  @Override
  public Uni<List<PendingAction>> pendingActions(String watch) {
    return pool.preparedQuery(
            """
            SELECT uuid, path, pending_action FROM file
            WHERE watch = $1 AND pending_action IS NOT NULL LIMIT 1000
            """)
        .execute(Tuple.of(watch))
        .map(rows -> RowValues.list(rows, PgFileLedger::pendingAction));
  }

  private static PendingAction pendingAction(Row row) {
    AfterAction action = AfterAction.of(row.getString("pending_action")).orElseThrow();
    return new PendingAction(row.getUUID("uuid"), row.getString("path"), action);
  }

  @Override
  public Uni<Void> closeActions(Map<UUID, String> results) {
    if (results.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple parameters =
        new ColumnArrays<>(List.copyOf(results.entrySet()))
            .add(UUID[]::new, Map.Entry::getKey)
            .add(String[]::new, Map.Entry::getValue)
            .tuple();
    return pool.preparedQuery(CLOSE_ACTIONS).execute(parameters).replaceWithVoid();
  }
}
