package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.DatasetState;
import org.p3s.workflow.domain.WorkflowRequest;
import org.p3s.workflow.domain.RerunScope;
import org.p3s.workflow.domain.WorkflowState;

/** Workflows that ended, as reruns need them. */
@ApplicationScoped
public class RerunStore {

  private static final Set<String> ALIVE = Set.of("defined", "dispatched", "running");

  /**
   * A workflow with all that it was made of.
   *
   * @param alive a job of it that has not ended, null if all have
   */
  public record Past(
      UUID uuid,
      String dag,
      int dagVersion,
      WorkflowState state,
      WorkflowRequest order,
      List<RerunScope.Past> jobs,
      List<Dataset> data,
      @Nullable UUID alive) {}

  // The root of the family is locked, so that two that do a workflow again wait for each other.
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

  private static final String ALIVE_IN_FAMILY =
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

  RerunStore(Pool pool) {
    this.pool = pool;
  }

  public Uni<Past> workflow(UUID uuid) {
    Tuple key = Tuple.of(uuid);
    return Uni.combine()
        .all()
        .unis(
            pool.preparedQuery("SELECT * FROM workflow WHERE uuid = $1").execute(key),
            pool.preparedQuery("SELECT * FROM job WHERE wfuuid = $1 ORDER BY ord").execute(key),
            pool.preparedQuery("SELECT * FROM dataset WHERE wfuuid = $1 ORDER BY ord").execute(key))
        .asTuple()
        .map(parts -> past(uuid, parts.getItem1(), parts.getItem2(), parts.getItem3()));
  }

  /**
   * Locks all that was made by doing that workflow again, or what it was made of, until the
   * transaction ends.
   *
   * @return one of them that still runs, or has a job that does; null if there is none
   */
  public Uni<@Nullable UUID> lockFamily(SqlConnection sql, UUID workflow) {
    return sql.preparedQuery(LOCK_FAMILY)
        .execute(Tuple.of(workflow))
        .map(rows -> rows.iterator().next().getUUID("uuid"))
        .flatMap(root -> sql.preparedQuery(ALIVE_IN_FAMILY).execute(Tuple.of(root)))
        .map(rows -> rows.size() == 0 ? null : rows.iterator().next().getUUID("uuid"));
  }

  private static Past past(UUID uuid, RowSet<Row> head, RowSet<Row> jobs, RowSet<Row> data) {
    if (head.size() == 0) {
      throw ProblemException.notFound("workflow", uuid);
    }
    Row row = head.iterator().next();
    return new Past(
        uuid,
        row.getString("dag"),
        row.getInteger("dag_version"),
        WorkflowState.of(row.getString("state")),
        RequestJson.read(row.getString("request")),
        jobs.stream().map(RerunStore::job).toList(),
        data.stream().map(RerunStore::dataset).toList(),
        jobs.stream()
            .filter(job -> ALIVE.contains(job.getString("state")))
            .map(job -> job.getUUID("uuid"))
            .findFirst()
            .orElse(null));
  }

  private static RerunScope.Past job(Row row) {
    Integer errcode = row.getInteger("errcode");
    boolean succeeded =
        row.getString("state").equals("finished") && errcode != null && errcode == 0;
    return new RerunScope.Past(row.getUUID("uuid"), row.getString("node"), succeeded);
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
        DatasetState.valueOf(row.getString("state").toUpperCase(java.util.Locale.ROOT)),
        row.getLong("size"),
        row.getString("checksum"));
  }
}
