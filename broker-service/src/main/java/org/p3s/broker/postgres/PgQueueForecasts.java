package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.QueueForecasts;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.QueueLoad;
import org.p3s.broker.domain.StartForecast;
import org.p3s.platform.sql.RowValues;

/**
 * Places and forecasts in SQL. Except for the load, which reads the whole queue, the costs do not
 * depend on the length of the queue.
 */
@ApplicationScoped
class PgQueueForecasts implements QueueForecasts {

  /** To be formatted with two SQL values: whether only jobs of its type count, and the share. */
  static final String AHEAD = "jobs_ahead(j.uuid, %s, %s, " + (QueuePlace.MOST + 1) + ")";

  private static final String WAITING_JOB =
      "SELECT j.jobtype, j.site, j.requirements, j.stale_at, j.start_by, j.not_before, j.timelimit, t.limit_running,"
          + " (SELECT count(*) FROM job h WHERE h.jobtype = j.jobtype"
          + " AND h.state IN ('dispatched', 'running')) AS held,"
          + " (SELECT count(*) FROM "
          + AHEAD.formatted("false", "$2")
          + " x) AS ahead FROM job j LEFT JOIN jobtype t ON t.name = j.jobtype"
          + " WHERE j.uuid = $1 AND j.state = 'defined'";

  private static final String MEAN =
      """
      (SELECT r.mean FROM run_time r WHERE r.jobtype = %1$s.jobtype
        AND (r.site = '' OR r.site = %1$s.site) ORDER BY r.site DESC LIMIT 1) AS mean
      """;

  private static final String JOBS_AHEAD =
      "SELECT x.jobtype, x.site, count(*) AS jobs, "
          + MEAN.formatted("x")
          + " FROM job j CROSS JOIN LATERAL "
          + AHEAD.formatted("$2", "$3")
          + " x WHERE j.uuid = $1 GROUP BY x.jobtype, x.site";

  private static final String JOBS_HELD =
      "SELECT x.since, "
          + MEAN.formatted("x")
          + """
           FROM (
            SELECT h.jobtype, h.pilot_site AS site, coalesce(h.ts_sta, h.ts_dis) AS since
            FROM job j JOIN job h ON h.state IN ('dispatched', 'running')
            WHERE j.uuid = $1 AND (NOT $2 OR h.jobtype = j.jobtype)
              AND (j.site IS NULL OR h.pilot_site = j.site) AND h.labels @> j.requirements
            LIMIT %d) x
          """
              .formatted(QueuePlace.MOST);

  private final Pool pool;

  PgQueueForecasts(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<@Nullable WaitingJob> waitingJob(UUID job, FairShare share) {
    return query(WAITING_JOB, Tuple.of(job, share.text()))
        .map(
            rows ->
                RowValues.first(
                    rows,
                    row ->
                        new WaitingJob(
                            row.getString("jobtype"),
                            row.getString("site"),
                            JsonColumns.map(row.getValue("requirements")),
                            RowValues.instantOrNull(row, "stale_at"),
                            RowValues.instantOrNull(row, "start_by"),
                            RowValues.instantOrNull(row, "not_before"),
                            row.getInteger("limit_running"),
                            row.getLong("timelimit"),
                            row.getLong("held"),
                            QueuePlace.behind(row.getLong("ahead")))));
  }

  @Override
  public Uni<JobsBefore> jobsBefore(UUID job, boolean ownType, FairShare share) {
    return Uni.combine()
        .all()
        .unis(
            query(JOBS_HELD, Tuple.of(job, ownType)),
            query(JOBS_AHEAD, Tuple.of(job, ownType, share.text())))
        .with(
            (held, ahead) ->
                new JobsBefore(
                    RowValues.list(
                        held,
                        row ->
                            new StartForecast.HeldJob(
                                RowValues.instant(row, "since"), meanRunTime(row))),
                    RowValues.list(
                        ahead,
                        row ->
                            new StartForecast.JobsAhead(
                                row.getString("jobtype"), row.getLong("jobs"), meanRunTime(row)))));
  }

  private static @Nullable Duration meanRunTime(Row row) {
    Double seconds = row.getDouble("mean");
    return seconds == null ? null : Duration.ofMillis((long) (1000 * seconds));
  }

  @Override
  public Uni<QueueLoad> load() {
    return query(QueueLoadQuery.LOAD, Tuple.tuple()).map(QueueLoadQuery::load);
  }

  private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }
}
