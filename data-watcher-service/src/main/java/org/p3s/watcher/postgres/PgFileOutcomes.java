package org.p3s.watcher.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;
import org.p3s.platform.sql.RowValues;
import org.p3s.watcher.app.FileOutcomes;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.FileOutcome;
import org.p3s.watcher.domain.FileProgress;
import org.p3s.watcher.domain.FileState;
import org.p3s.watcher.domain.FileWorkflow;

/** The workflows of files in SQL; each statement takes a batch. */
@ApplicationScoped
class PgFileOutcomes implements FileOutcomes {

  private static final String LOCK =
      "SELECT 1 FROM file WHERE uuid = ANY ($1::uuid[]) ORDER BY uuid FOR UPDATE";

  // A batch may have both events of a workflow; its end wins.
  private static final String SAVE_WORKFLOWS =
      """
      INSERT INTO file_workflow (file, dag, wfuuid, state)
      SELECT DISTINCT ON (file, wfuuid) file, dag, wfuuid, state
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) AS w(file, dag, wfuuid, state)
      ORDER BY file, wfuuid, (state = 'running')
      ON CONFLICT (file, wfuuid) DO UPDATE SET state = excluded.state
        WHERE file_workflow.state = 'running'
      """;

  private static final String PROGRESS =
      """
      SELECT f.uuid, f.state, cardinality(f.dags) AS dags, w.ended, w.finished,
             coalesce((SELECT definition ->> 'after' FROM watch WHERE name = f.watch), 'keep')
               AS after
      FROM file f
      JOIN (SELECT file,
                   count(DISTINCT dag) FILTER (WHERE state <> 'running') AS ended,
                   count(DISTINCT dag) FILTER (WHERE state = 'finished') AS finished
            FROM file_workflow WHERE file = ANY ($1::uuid[])
            GROUP BY file) w ON w.file = f.uuid
      """;

  private static final String SAVE_OUTCOMES =
      """
      UPDATE file f SET state = u.state, pending_action = u.action, ts_done = $4
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u(uuid, state, action)
      WHERE f.uuid = u.uuid
      """;

  @Override
  public Uni<Void> lock(Tx tx, Set<UUID> files) {
    return tx.sql().preparedQuery(LOCK).execute(array(files)).replaceWithVoid();
  }

  @Override
  public Uni<Void> saveWorkflows(Tx tx, List<FileWorkflow> workflows) {
    Tuple parameters =
        new ColumnArrays<>(workflows)
            .add(UUID[]::new, FileWorkflow::file)
            .add(String[]::new, FileWorkflow::dag)
            .add(UUID[]::new, FileWorkflow::wfuuid)
            .add(String[]::new, workflow -> workflow.status().text())
            .tuple();
    return tx.sql().preparedQuery(SAVE_WORKFLOWS).execute(parameters).replaceWithVoid();
  }

  @Override
  public Uni<List<FileProgress>> progress(Tx tx, Set<UUID> files) {
    return tx.sql()
        .preparedQuery(PROGRESS)
        .execute(array(files))
        .map(rows -> RowValues.list(rows, PgFileOutcomes::progress));
  }

  private static FileProgress progress(Row row) {
    return new FileProgress(
        row.getUUID("uuid"),
        FileState.of(row.getString("state")).orElseThrow(),
        row.getInteger("dags"),
        row.getLong("ended"),
        row.getLong("finished"),
        AfterAction.of(row.getString("after")).orElseThrow());
  }

  @Override
  public Uni<Void> saveOutcomes(Tx tx, List<FileOutcome> outcomes, Instant now) {
    Tuple parameters =
        new ColumnArrays<>(outcomes)
            .add(UUID[]::new, FileOutcome::file)
            .add(String[]::new, outcome -> outcome.state().text())
            .add(String[]::new, outcome -> pendingAction(outcome.after()))
            .tuple()
            .addOffsetDateTime(RowValues.time(now));
    return tx.sql().preparedQuery(SAVE_OUTCOMES).execute(parameters).replaceWithVoid();
  }

  private static @Nullable String pendingAction(AfterAction after) {
    return after == AfterAction.KEEP ? null : after.text();
  }

  private static Tuple array(Set<UUID> files) {
    return Tuple.tuple().addArrayOfUUID(files.toArray(UUID[]::new));
  }
}
