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
import org.p3s.broker.app.Outlook;
import org.p3s.broker.domain.Forecast;
import org.p3s.broker.domain.QueueLoad;

/** Places and forecasts in SQL; cheap however long the queue is, but for the load. */
@ApplicationScoped
class PgOutlook implements Outlook {

  static final String AHEAD = "jobs_ahead(j.uuid, %s, " + (Place.MOST + 1) + ")";

  private static final String WAITS =
      "SELECT j.jobtype, j.site, j.requirements, j.stale_at, j.start_by, j.not_before, j.timelimit, t.limit_running,"
          + " (SELECT count(*) FROM job h WHERE h.jobtype = j.jobtype"
          + " AND h.state IN ('dispatched', 'running')) AS held,"
          + " (SELECT count(*) FROM "
          + AHEAD.formatted("false")
          + " x) AS ahead FROM job j LEFT JOIN jobtype t ON t.name = j.jobtype"
          + " WHERE j.uuid = $1 AND j.state = 'defined'";

  private static final String MEAN =
      """
      (SELECT r.mean FROM run_time r WHERE r.jobtype = %1$s.jobtype
        AND (r.site = '' OR r.site = %1$s.site) ORDER BY r.site DESC LIMIT 1) AS mean
      """;

  private static final String QUEUE_AHEAD =
      "SELECT x.jobtype, x.site, count(*) AS jobs, "
          + MEAN.formatted("x")
          + " FROM job j CROSS JOIN LATERAL "
          + AHEAD.formatted("$2")
          + " x WHERE j.uuid = $1 GROUP BY x.jobtype, x.site";

  private static final String QUEUE_HELD =
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
              .formatted(Place.MOST);

  private final Pool pool;

  PgOutlook(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<@Nullable Wait> waits(UUID job) {
    return query(WAITS, Tuple.of(job))
        .map(
            rows ->
                Rows.first(
                    rows,
                    row ->
                        new Wait(
                            row.getString("jobtype"),
                            row.getString("site"),
                            Rows.map(row.getValue("requirements")),
                            Rows.instant(row, "stale_at"),
                            Rows.instant(row, "start_by"),
                            Rows.instant(row, "not_before"),
                            row.getInteger("limit_running"),
                            row.getLong("timelimit"),
                            row.getLong("held"),
                            Place.behind(row.getLong("ahead")))));
  }

  @Override
  public Uni<Queue> queue(UUID job, boolean ownType) {
    return Uni.combine()
        .all()
        .unis(query(QUEUE_HELD, Tuple.of(job, ownType)), query(QUEUE_AHEAD, Tuple.of(job, ownType)))
        .with(
            (held, ahead) ->
                new Queue(
                    Rows.list(held, row -> new Forecast.Held(Rows.time(row, "since"), takes(row))),
                    Rows.list(
                        ahead,
                        row ->
                            new Forecast.Ahead(
                                row.getString("jobtype"), row.getLong("jobs"), takes(row)))));
  }

  private static @Nullable Duration takes(Row row) {
    Double seconds = row.getDouble("mean");
    return seconds == null ? null : Duration.ofMillis((long) (1000 * seconds));
  }

  @Override
  public Uni<QueueLoad> load() {
    return query(PgLoad.LOAD, Tuple.tuple()).map(PgLoad::load);
  }

  private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }
}
