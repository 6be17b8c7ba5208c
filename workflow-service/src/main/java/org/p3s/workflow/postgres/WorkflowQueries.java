package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/** What is read of workflows, jobs and datasets outside transactions, and changes to one job. */
@ApplicationScoped
public class WorkflowQueries {

  private final Pool pool;

  WorkflowQueries(Pool pool) {
    this.pool = pool;
  }

  public Uni<ReadModels.@Nullable JobView> find(UUID uuid) {
    return pool.preparedQuery("SELECT * FROM job WHERE uuid = $1")
        .execute(Tuple.of(uuid))
        .map(rows -> rows.stream().map(ReadModels.JobView::of).findFirst().orElse(null));
  }

  /** Those jobs, in the order asked for. */
  public Uni<List<ReadModels.JobView>> all(List<UUID> uuids) {
    return pool.preparedQuery(WorkflowStatements.READ_JOBS)
        .execute(Tuple.of(uuids.toArray(UUID[]::new)))
        .map(rows -> rows.stream().map(ReadModels.JobView::of).toList());
  }

  /** The workflow as it stands in lists, without its jobs and data. */
  public Uni<ReadModels.WorkflowView> head(UUID uuid) {
    return row(uuid).map(row -> ReadModels.WorkflowView.of(row, null, null));
  }

  private Uni<Row> row(UUID workflow) {
    return pool.preparedQuery("SELECT * FROM workflow WHERE uuid = $1")
        .execute(Tuple.of(workflow))
        .map(
            rows ->
                rows.stream()
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("workflow", workflow)));
  }

  public Uni<ReadModels.WorkflowView> workflow(UUID uuid) {
    Tuple key = Tuple.of(uuid);
    return row(uuid)
        .flatMap(
            row -> {
              return Uni.combine()
                  .all()
                  .unis(
                      pool.preparedQuery("SELECT * FROM job WHERE wfuuid = $1 ORDER BY ord")
                          .execute(key),
                      pool.preparedQuery("SELECT * FROM dataset WHERE wfuuid = $1 ORDER BY ord")
                          .execute(key))
                  .asTuple()
                  .map(
                      parts ->
                          ReadModels.WorkflowView.of(
                              row,
                              parts.getItem1().stream().map(ReadModels.JobView::of).toList(),
                              parts.getItem2().stream().map(ReadModels.DataView::of).toList()));
            });
  }

  /** Which workflows are meant; null does not filter. */
  public record Filter(
      @Nullable String state,
      @Nullable String dag,
      @Nullable String name,
      @Nullable Boolean reprocess,
      @Nullable UUID rerunOf) {}

  /** Newest first. */
  public Uni<List<ReadModels.WorkflowView>> workflows(Filter which, @Nullable UUID after, int limit) {
    return pool.preparedQuery(
            """
            SELECT * FROM workflow
            WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR dag = $2)
              AND ($3::text IS NULL OR name = $3) AND ($4::uuid IS NULL OR uuid < $4)
              AND ($6::boolean IS NULL OR reprocess = $6)
              AND ($7::uuid IS NULL OR rerun_of = $7)
            ORDER BY uuid DESC LIMIT $5
            """)
        .execute(
            Tuple.from(
                Arrays.asList(
                    which.state(),
                    which.dag(),
                    which.name(),
                    after,
                    limit,
                    which.reprocess(),
                    which.rerunOf())))
        .map(rows -> rows.stream().map(row -> ReadModels.WorkflowView.of(row, null, null)).toList());
  }

  /** Marks a workflow that ended for reprocessing, or takes the mark away. */
  public Uni<Void> mark(UUID workflow, boolean reprocess) {
    return pool.preparedQuery(
            """
            UPDATE workflow SET reprocess = $2
            WHERE uuid = $1 AND state IN ('finished', 'failed', 'cancelled')
            """)
        .execute(Tuple.of(workflow, reprocess))
        .invoke(
            rows -> {
              if (rows.rowCount() == 0) {
                throw new ProblemException(
                    CommonProblem.CONFLICT,
                    "Only a workflow that ended can be marked for reprocessing.");
              }
            })
        .replaceWithVoid();
  }

  public Uni<Long> running(String dag) {
    return pool.preparedQuery(
            "SELECT count(*) FROM workflow WHERE dag = $1 AND state IN ('defined', 'running')")
        .execute(Tuple.of(dag))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Newest first; null does not filter. */
  public Uni<List<ReadModels.DataView>> datasets(
      @Nullable UUID workflow,
      @Nullable String state,
      @Nullable String path,
      @Nullable UUID after,
      int limit) {
    return pool.preparedQuery(
            """
            SELECT * FROM dataset
            WHERE ($1::uuid IS NULL OR wfuuid = $1) AND ($2::text IS NULL OR state = $2)
              AND ($3::uuid IS NULL OR uuid < $3) AND ($5::text IS NULL OR path = $5)
            ORDER BY uuid DESC LIMIT $4
            """)
        .execute(Tuple.of(workflow, state, after, limit, path))
        .map(rows -> rows.stream().map(ReadModels.DataView::of).toList());
  }

  public Uni<ReadModels.DataView> dataset(UUID uuid) {
    return pool.preparedQuery("SELECT * FROM dataset WHERE uuid = $1")
        .execute(Tuple.of(uuid))
        .map(
            rows ->
                rows.stream()
                    .map(ReadModels.DataView::of)
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("dataset", uuid)));
  }

  Uni<Integer> count(SqlConnection sql, String statement, Tuple values) {
    return sql.preparedQuery(statement).execute(values).map(rows -> rows.rowCount());
  }

  /** The job as it is now; none if it does not wait. */
  public Uni<List<ReadModels.JobView>> adjust(SqlConnection sql, UUID uuid, int priority) {
    return sql.preparedQuery(
            """
            UPDATE job SET priority = $2 WHERE uuid = $1 AND state IN ('template', 'defined')
            RETURNING *
            """)
        .execute(Tuple.of(uuid, priority))
        .map(rows -> rows.stream().map(ReadModels.JobView::of).toList());
  }

  /** Whatever becomes of the present attempt, none follows. Waits for one that is being defined. */
  public Uni<Void> noMoreAttempts(SqlConnection sql, UUID uuid) {
    return count(sql, "UPDATE job SET cancelled = true WHERE uuid = $1", Tuple.of(uuid))
        .replaceWithVoid();
  }

  public Uni<Void> cancelTemplate(SqlConnection sql, UUID uuid, Instant now) {
    return count(
            sql,
            "UPDATE job SET state = 'cancelled', ts_sto = $2 WHERE uuid = $1 AND state = 'template'",
            Tuple.of(uuid, now.atOffset(ZoneOffset.UTC)))
        .replaceWithVoid();
  }
}
