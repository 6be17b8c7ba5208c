package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Outlook;
import org.p3s.broker.app.Views;

/** What people and pilots look at, in SQL. */
@ApplicationScoped
class PgViews implements Views {

  private static final String LIVE =
      "SELECT j.*, CASE WHEN j.state = 'defined' THEN (SELECT count(*) FROM "
          + PgOutlook.AHEAD.formatted("false")
          + " x) END AS ahead FROM job j WHERE j.uuid = $1";

  private static final String LIST =
      """
      SELECT j.*, NULL::bigint AS ahead FROM job j
      WHERE ($1::text IS NULL OR j.state = $1) AND j.uuid > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
      ORDER BY j.uuid LIMIT $3
      """;

  private static final String ENDED =
      "SELECT * FROM job_attempt WHERE job = $1 ORDER BY attempt DESC LIMIT 1";

  private static final String LOG =
      """
      SELECT job, attempt, stdout, stderr, host, workdir FROM job_attempt
      WHERE job = $1 AND ($2::int IS NULL OR attempt = $2) ORDER BY attempt DESC LIMIT 1
      """;

  private static final String HELD =
      """
      SELECT uuid, lease, pilot, state, stop, CASE WHEN stop THEN withdrawn END AS why,
        EXISTS (SELECT FROM log_follow f WHERE f.job = uuid AND f.until > now()) AS follow
      FROM job WHERE uuid = ANY($1::uuid[]) AND state IN ('dispatched', 'running')
      """;

  private static final String COUNTS =
      """
      SELECT count(*) FILTER (WHERE state = 'defined') AS waiting,
        count(*) FILTER (WHERE state = 'dispatched') AS dispatched,
        count(*) FILTER (WHERE state = 'running') AS running,
        min(ts_def) FILTER (WHERE state = 'defined') AS oldest
      FROM job
      """;

  private final Pool pool;

  PgViews(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<@Nullable JobView> live(UUID job) {
    return query(LIVE, Tuple.of(job)).map(rows -> Rows.first(rows, PgViews::liveJob));
  }

  @Override
  public Uni<@Nullable JobView> ended(UUID job) {
    return query(ENDED, Tuple.of(job)).map(rows -> Rows.first(rows, PgViews::endedJob));
  }

  @Override
  public Uni<List<JobView>> list(@Nullable String state, @Nullable UUID after, int limit) {
    return query(LIST, Tuple.of(state, after, limit))
        .map(rows -> Rows.list(rows, PgViews::liveJob));
  }

  @Override
  public Uni<@Nullable LogView> log(UUID job, @Nullable Integer attempt) {
    return query(LOG, Tuple.of(job, attempt))
        .map(
            rows ->
                Rows.first(
                    rows,
                    row ->
                        new LogView(
                            row.getUUID("job"),
                            row.getInteger("attempt"),
                            row.getString("stdout"),
                            row.getString("stderr"),
                            row.getString("host"),
                            row.getString("workdir"),
                            false)));
  }

  @Override
  public Uni<List<Held>> held(Collection<UUID> jobs) {
    return query(HELD, Tuple.tuple().addValue(jobs.toArray(UUID[]::new)))
        .map(
            rows ->
                Rows.list(
                    rows,
                    row ->
                        new Held(
                            row.getUUID("uuid"),
                            row.getLong("lease"),
                            row.getUUID("pilot"),
                            row.getString("state"),
                            row.getBoolean("stop"),
                            row.getString("why"),
                            row.getBoolean("follow"))));
  }

  @Override
  public Uni<Counts> counts() {
    return query(COUNTS, Tuple.tuple())
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new Counts(
                  row.getLong("waiting"),
                  row.getLong("dispatched"),
                  row.getLong("running"),
                  Rows.instant(row, "oldest"));
            });
  }

  private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }

  private static JobView liveJob(Row row) {
    String holders = row.getString("pilot_site");
    Long ahead = row.getLong("ahead");
    Outlook.Place place = ahead == null ? null : Outlook.Place.behind(ahead);
    return new JobView(
        row.getUUID("uuid"),
        row.getString("name"),
        row.getString("jobtype"),
        row.getString("user_name"),
        holders == null ? row.getString("site") : holders,
        row.getString("host"),
        row.getString("state"),
        null,
        row.getInteger("priority"),
        row.getLong("timelimit"),
        row.getInteger("attempt"),
        row.getInteger("maxattempts"),
        row.getString("payload"),
        row.getString("params"),
        Rows.map(row.getValue("env")),
        row.getString("infile"),
        row.getUUID("wfuuid"),
        row.getString("node"),
        row.getUUID("pilot"),
        row.getLong("lease"),
        row.getLong("pid"),
        null,
        null,
        row.getString("withdrawn"),
        Rows.time(row, "ts_def"),
        Rows.instant(row, "ts_dis"),
        Rows.instant(row, "ts_sta"),
        null,
        Rows.instant(row, "stale_at"),
        null,
        null,
        row.getString("workdir"),
        place == null ? null : place.exact(),
        place == null ? null : place.moreThan());
  }

  private static JobView endedJob(Row row) {
    String state = row.getString("state");
    Integer errcode = row.getInteger("errcode");
    boolean well = state.equals("finished") && errcode != null && errcode == 0;
    return new JobView(
        row.getUUID("job"),
        row.getString("name"),
        row.getString("jobtype"),
        null,
        row.getString("site"),
        row.getString("host"),
        state,
        well ? "success" : "failure",
        null,
        null,
        row.getInteger("attempt"),
        null,
        null,
        null,
        null,
        null,
        row.getUUID("wfuuid"),
        row.getString("node"),
        row.getUUID("pilot"),
        row.getLong("lease"),
        row.getLong("pid"),
        errcode,
        row.getInteger("signal"),
        row.getString("reason"),
        Rows.time(row, "ts_def"),
        Rows.instant(row, "ts_dis"),
        Rows.instant(row, "ts_sta"),
        Rows.instant(row, "ts_sto"),
        null,
        row.getDouble("cpu_s"),
        row.getLong("max_rss_kib"),
        row.getString("workdir"),
        null,
        null);
  }
}
