package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Views;

/** What people and pilots look at, in SQL. */
@ApplicationScoped
class PgViews implements Views {

  private static final String AHEAD =
      """
      (SELECT count(*) FROM job a WHERE a.state = 'defined' AND (a.priority > j.priority OR
        a.priority = j.priority AND (coalesce(a.stale_at, 'infinity'), a.ts_def, a.uuid)
          < (coalesce(j.stale_at, 'infinity'), j.ts_def, j.uuid)))
      """;

  private static final String LIVE =
      "SELECT j.*, CASE WHEN j.state = 'defined' THEN 1 + "
          + AHEAD
          + " END AS place FROM job j WHERE j.uuid = $1";

  private static final String LIST =
      """
      SELECT j.*, NULL::bigint AS place FROM job j
      WHERE ($1::text IS NULL OR j.state = $1) AND ($2::uuid IS NULL OR j.uuid > $2)
      ORDER BY j.uuid LIMIT $3
      """;

  private static final String ENDED =
      "SELECT * FROM job_attempt WHERE job = $1 ORDER BY attempt DESC LIMIT 1";

  private static final String LOG =
      """
      SELECT job, attempt, stdout, stderr, host, workdir FROM job_attempt
      WHERE job = $1 AND ($2::int IS NULL OR attempt = $2) ORDER BY attempt DESC LIMIT 1
      """;

  private static final String WAITS =
      "SELECT j.jobtype, j.site, j.requirements, j.stale_at, t.limit_running,"
          + " (SELECT count(*) FROM job h WHERE h.jobtype = j.jobtype"
          + " AND h.state IN ('dispatched', 'running')) AS held,"
          + " 1 + "
          + AHEAD
          + " AS place, (SELECT count(*) FROM job_attempt e WHERE e.ts_sto > $2) / 60.0::float8"
          + " AS ends FROM job j LEFT JOIN jobtype t ON t.name = j.jobtype"
          + " WHERE j.uuid = $1 AND j.state = 'defined'";

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

  private static final String JOBTYPES =
      """
      SELECT n.name, t.limit_running,
        (SELECT count(*) FROM job h WHERE h.jobtype = n.name
          AND h.state IN ('dispatched', 'running')) AS running,
        (SELECT count(*) FROM lane l JOIN job w ON w.lane = l.id AND w.state = 'defined'
          WHERE l.jobtype = n.name) AS waiting
      FROM (SELECT name FROM jobtype UNION SELECT jobtype FROM lane) n
      LEFT JOIN jobtype t ON t.name = n.name
      """;

  private static final String SOME_JOBTYPES =
      JOBTYPES + " WHERE $1::text IS NULL OR n.name > $1 ORDER BY n.name LIMIT $2";

  private static final String JOBTYPE = JOBTYPES + " WHERE n.name = $1";

  private static final String LIMIT =
      """
      INSERT INTO jobtype (name, limit_running) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET limit_running = excluded.limit_running
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
  public Uni<@Nullable Wait> waits(UUID job, Instant now) {
    return query(WAITS, Tuple.of(job, Rows.time(now.minusSeconds(60))))
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
                            row.getInteger("limit_running"),
                            row.getLong("held"),
                            row.getLong("place"),
                            row.getDouble("ends"))));
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

  @Override
  public Uni<List<JobtypeView>> jobtypes(@Nullable String after, int limit) {
    return query(SOME_JOBTYPES, Tuple.of(after, limit))
        .map(rows -> Rows.list(rows, PgViews::jobtype));
  }

  @Override
  public Uni<@Nullable JobtypeView> jobtype(String name) {
    return query(JOBTYPE, Tuple.of(name)).map(rows -> Rows.first(rows, PgViews::jobtype));
  }

  @Override
  public Uni<Void> limit(String jobtype, @Nullable Integer running) {
    return query(LIMIT, Tuple.of(jobtype, running)).replaceWithVoid();
  }

  private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }

  private static JobtypeView jobtype(Row row) {
    return new JobtypeView(
        row.getString("name"),
        row.getLong("running"),
        row.getLong("waiting"),
        row.getInteger("limit_running"),
        null,
        null);
  }

  private static JobView liveJob(Row row) {
    String holders = row.getString("pilot_site");
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
        row.getLong("place"));
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
        null);
  }
}
