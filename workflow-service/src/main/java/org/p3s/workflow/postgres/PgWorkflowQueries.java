package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.DatasetView;
import org.p3s.workflow.app.JobDefinitionView;
import org.p3s.workflow.app.JobSelector;
import org.p3s.workflow.app.WorkflowQueries;
import org.p3s.workflow.app.WorkflowView;

/** Reads workflows, jobs and datasets from PostgreSQL, outside of transactions. */
@ApplicationScoped
class PgWorkflowQueries implements WorkflowQueries {

  private static final String JOBS =
      "SELECT * "
          + PgJobSelectionStore.MATCH
          + """
              AND ($8::timestamptz IS NULL OR ts_def >= $8) AND ($9::uuid IS NULL OR uuid < $9)
            ORDER BY uuid DESC LIMIT $10
            """;

  private static final String WORKFLOWS =
      """
      SELECT * FROM workflow
      WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR dag = $2)
        AND ($3::text IS NULL OR name = $3) AND ($4::uuid IS NULL OR uuid < $4)
        AND ($6::boolean IS NULL OR reprocess = $6)
        AND ($7::uuid IS NULL OR rerun_of = $7)
      ORDER BY uuid DESC LIMIT $5
      """;

  private static final String DATASETS =
      """
      SELECT * FROM dataset
      WHERE ($1::uuid IS NULL OR wfuuid = $1) AND ($2::text IS NULL OR state = $2)
        AND ($3::uuid IS NULL OR uuid < $3) AND ($5::text IS NULL OR path = $5)
      ORDER BY uuid DESC LIMIT $4
      """;

  private final Pool pool;

  PgWorkflowQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<JobDefinitionView> job(UUID uuid) {
    return one("job", uuid, ViewMapper::job);
  }

  @Override
  public Uni<List<JobDefinitionView>> jobs(List<UUID> uuids) {
    return list(
        WorkflowStatements.READ_JOBS, Tuple.of(uuids.toArray(UUID[]::new)), ViewMapper::job);
  }

  @Override
  public Uni<List<JobDefinitionView>> jobs(
      JobSelector selector, @Nullable Instant since, @Nullable UUID after, int limit) {
    Tuple parameters =
        PgJobSelectionStore.parameters(selector)
            .addValue(RowValues.timeOrNull(since))
            .addValue(after)
            .addValue(limit);
    return list(JOBS, parameters, ViewMapper::job);
  }

  @Override
  public Uni<WorkflowView> workflow(UUID uuid) {
    Tuple key = Tuple.of(uuid);
    return one("workflow", uuid, row -> row)
        .flatMap(
            row ->
                Uni.combine()
                    .all()
                    .unis(
                        list(
                            "SELECT * FROM job WHERE wfuuid = $1 ORDER BY ord",
                            key,
                            ViewMapper::job),
                        list(
                            "SELECT * FROM dataset WHERE wfuuid = $1 ORDER BY ord",
                            key,
                            ViewMapper::dataset))
                    .asTuple()
                    .map(parts -> ViewMapper.workflow(row, parts.getItem1(), parts.getItem2())));
  }

  @Override
  public Uni<WorkflowView> workflowSummary(UUID uuid) {
    return one("workflow", uuid, ViewMapper::workflow);
  }

  @Override
  public Uni<List<WorkflowView>> workflows(WorkflowFilter filter, @Nullable UUID after, int limit) {
    Tuple parameters =
        Tuple.from(
            Arrays.asList(
                filter.state(),
                filter.dag(),
                filter.name(),
                after,
                limit,
                filter.reprocess(),
                filter.rerunOf()));
    return list(WORKFLOWS, parameters, ViewMapper::workflow);
  }

  @Override
  public Uni<Long> countRunning(String dag) {
    return pool.preparedQuery(
            "SELECT count(*) FROM workflow WHERE dag = $1 AND state IN ('defined', 'running')")
        .execute(Tuple.of(dag))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  @Override
  public Uni<DatasetView> dataset(UUID uuid) {
    return one("dataset", uuid, ViewMapper::dataset);
  }

  @Override
  public Uni<List<DatasetView>> datasets(DatasetFilter filter, @Nullable UUID after, int limit) {
    return list(
        DATASETS,
        Tuple.of(filter.workflow(), filter.state(), after, limit, filter.path()),
        ViewMapper::dataset);
  }

  private <T> Uni<T> one(String table, UUID uuid, Function<Row, T> read) {
    return pool.preparedQuery("SELECT * FROM " + table + " WHERE uuid = $1")
        .execute(Tuple.of(uuid))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw ProblemException.notFound(table, uuid);
              }
              return Objects.requireNonNull(RowValues.first(rows, read));
            });
  }

  private <T> Uni<List<T>> list(String statement, Tuple parameters, Function<Row, T> read) {
    return pool.preparedQuery(statement)
        .execute(parameters)
        .map(rows -> RowValues.list(rows, read));
  }
}
