package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.RerunStore;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.RerunScope;
import org.p3s.workflow.domain.WorkflowState;

/** The workflows of which reruns are made, in PostgreSQL. */
@ApplicationScoped
class PgRerunStore implements RerunStore {

  // A workflow, its reruns and their reruns are a family. Its oldest workflow is locked, so that
  // two reruns of one family wait for each other.
  private static final String LOCK_FAMILY =
      """
      WITH RECURSIVE up(uuid, depth) AS (
        SELECT $1::uuid, 0
        UNION ALL
        SELECT w.rerun_of, up.depth + 1 FROM up JOIN workflow w ON w.uuid = up.uuid
        WHERE w.rerun_of IS NOT NULL
      )
      SELECT uuid FROM workflow
      WHERE uuid = (SELECT uuid FROM up ORDER BY depth DESC LIMIT 1) FOR NO KEY UPDATE
      """;

  private static final String ACTIVE_IN_FAMILY =
      """
      WITH RECURSIVE family(uuid, state) AS (
        SELECT uuid, state FROM workflow WHERE uuid = $1
        UNION ALL
        SELECT w.uuid, w.state FROM family f JOIN workflow w ON w.rerun_of = f.uuid
      )
      SELECT uuid FROM family f
      WHERE state NOT IN ('finished', 'failed', 'cancelled')
        OR EXISTS (SELECT FROM job j WHERE j.wfuuid = f.uuid
                   AND j.state IN ('defined', 'dispatched', 'running'))
      ORDER BY uuid LIMIT 1
      """;

  private final Pool pool;

  PgRerunStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<RerunSource> source(UUID workflow) {
    Tuple key = Tuple.of(workflow);
    return Uni.combine()
        .all()
        .unis(
            pool.preparedQuery("SELECT * FROM workflow WHERE uuid = $1").execute(key),
            pool.preparedQuery("SELECT * FROM job WHERE wfuuid = $1 ORDER BY ord").execute(key),
            pool.preparedQuery("SELECT * FROM dataset WHERE wfuuid = $1 ORDER BY ord").execute(key))
        .asTuple()
        .map(
            parts -> {
              if (parts.getItem1().size() == 0) {
                throw ProblemException.notFound("workflow", workflow);
              }
              return source(parts.getItem1().iterator().next(), parts.getItem2(), parts.getItem3());
            });
  }

  private static RerunSource source(Row workflow, RowSet<Row> jobs, RowSet<Row> datasets) {
    return new RerunSource(
        workflow.getUUID("uuid"),
        workflow.getString("dag"),
        workflow.getInteger("dag_version"),
        WorkflowState.of(workflow.getString("state")),
        RequestJson.read(workflow.getString("request")),
        RowValues.list(jobs, PgRerunStore::job),
        RowValues.list(datasets, PgRerunStore::dataset),
        jobs.stream()
            .filter(job -> isActive(JobState.of(job.getString("state"))))
            .map(job -> job.getUUID("uuid"))
            .findFirst()
            .orElse(null));
  }

  private static boolean isActive(JobState state) {
    return state != JobState.TEMPLATE && !state.isEnd();
  }

  private static RerunScope.SourceJob job(Row row) {
    JobState state = JobState.of(row.getString("state"));
    return new RerunScope.SourceJob(
        row.getUUID("uuid"), row.getString("node"), state.succeeded(row.getInteger("errcode")));
  }

  private static Dataset dataset(Row row) {
    return new Dataset(
        row.getUUID("uuid"),
        row.getUUID("wfuuid"),
        row.getString("name"),
        row.getString("dirpath"),
        row.getString("path"),
        row.getString("datatype"),
        row.getString("datatag"),
        row.getString("comment"),
        row.getString("source"),
        row.getString("target"),
        DatasetState.of(row.getString("state")),
        row.getLong("size"),
        row.getString("checksum"));
  }

  @Override
  public Uni<Optional<UUID>> lockFamily(Tx tx, UUID workflow) {
    return tx.sql()
        .preparedQuery(LOCK_FAMILY)
        .execute(Tuple.of(workflow))
        .map(rows -> rows.iterator().next().getUUID("uuid"))
        .flatMap(oldest -> tx.sql().preparedQuery(ACTIVE_IN_FAMILY).execute(Tuple.of(oldest)))
        .map(rows -> Optional.ofNullable(RowValues.first(rows, row -> row.getUUID("uuid"))));
  }
}
