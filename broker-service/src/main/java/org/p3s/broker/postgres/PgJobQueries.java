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
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.JobQueries;
import org.p3s.broker.app.JobView;
import org.p3s.broker.app.JobViewBuilder;
import org.p3s.broker.app.QueueForecasts;
import org.p3s.broker.domain.FairShare;
import org.p3s.platform.sql.RowValues;

/** Reads jobs, logs and leases in SQL. */
@ApplicationScoped
class PgJobQueries implements JobQueries {

  private static final String LIVE =
      "SELECT j.*, CASE WHEN j.state = 'defined' THEN (SELECT count(*) FROM "
          + PgQueueForecasts.AHEAD.formatted("false", "$2")
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

  private static final String LEASES =
      """
      SELECT uuid, lease, pilot, state, stop, CASE WHEN stop THEN withdrawn END AS why,
        EXISTS (SELECT FROM log_follower f WHERE f.job = uuid AND f.until > now()) AS follow
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
  private final FairShare share;

  PgJobQueries(Pool pool, BrokerConfig config) {
    this.pool = pool;
    this.share = config.fairShare();
  }

  @Override
  public Uni<@Nullable JobView> live(UUID job) {
    return query(LIVE, Tuple.of(job, share.text()))
        .map(rows -> RowValues.first(rows, PgJobQueries::liveJob));
  }

  @Override
  public Uni<@Nullable JobView> ended(UUID job) {
    return query(ENDED, Tuple.of(job)).map(rows -> RowValues.first(rows, PgJobQueries::endedJob));
  }

  @Override
  public Uni<List<JobView>> list(@Nullable String state, @Nullable UUID after, int limit) {
    return query(LIST, Tuple.of(state, after, limit))
        .map(rows -> RowValues.list(rows, PgJobQueries::liveJob));
  }

  @Override
  public Uni<@Nullable LogView> log(UUID job, @Nullable Integer attempt) {
    return query(LOG, Tuple.of(job, attempt))
        .map(
            rows ->
                RowValues.first(
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
  public Uni<List<LeaseView>> leases(Collection<UUID> jobs) {
    return query(LEASES, Tuple.tuple().addValue(jobs.toArray(UUID[]::new)))
        .map(
            rows ->
                RowValues.list(
                    rows,
                    row ->
                        new LeaseView(
                            row.getUUID("uuid"),
                            row.getLong("lease"),
                            row.getUUID("pilot"),
                            row.getString("state"),
                            row.getBoolean("stop"),
                            row.getString("why"),
                            row.getBoolean("follow"))));
  }

  @Override
  public Uni<JobCounts> counts() {
    return query(COUNTS, Tuple.tuple())
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new JobCounts(
                  row.getLong("waiting"),
                  row.getLong("dispatched"),
                  row.getLong("running"),
                  RowValues.instantOrNull(row, "oldest"));
            });
  }

  private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }

  private static JobView liveJob(Row row) {
    String pilotSite = row.getString("pilot_site");
    Long ahead = row.getLong("ahead");
    JobViewBuilder view =
        JobViewBuilder.builder()
            .uuid(row.getUUID("uuid"))
            .name(row.getString("name"))
            .jobtype(row.getString("jobtype"))
            .user(row.getString("user_name"))
            .site(pilotSite == null ? row.getString("site") : pilotSite)
            .state(row.getString("state"))
            .priority(row.getInteger("priority"))
            .timelimit(row.getLong("timelimit"))
            .maxattempts(row.getInteger("maxattempts"))
            .payload(row.getString("payload"))
            .params(row.getString("params"))
            .env(JsonColumns.map(row.getValue("env")))
            .infile(row.getString("infile"))
            .reason(row.getString("withdrawn"))
            .staleAt(RowValues.instantOrNull(row, "stale_at"));
    if (ahead != null) {
      QueueForecasts.QueuePlace place = QueueForecasts.QueuePlace.behind(ahead);
      view.place(place.exact()).placeMoreThan(place.moreThan());
    }
    return addAttempt(view, row).build();
  }

  private static JobView endedJob(Row row) {
    String state = row.getString("state");
    Integer errcode = row.getInteger("errcode");
    boolean succeeded = state.equals("finished") && errcode != null && errcode == 0;
    JobViewBuilder view =
        JobViewBuilder.builder()
            .uuid(row.getUUID("job"))
            .name(row.getString("name"))
            .jobtype(row.getString("jobtype"))
            .site(row.getString("site"))
            .state(state)
            .outcome(succeeded ? "success" : "failure")
            .errcode(errcode)
            .signal(row.getInteger("signal"))
            .reason(row.getString("reason"))
            .tsSto(RowValues.instantOrNull(row, "ts_sto"))
            .cpuS(row.getDouble("cpu_s"))
            .maxRssKib(row.getLong("max_rss_kib"));
    return addAttempt(view, row).build();
  }

  /** Adds what live jobs and ended attempts have in common. */
  private static JobViewBuilder addAttempt(JobViewBuilder view, Row row) {
    return view.wfuuid(row.getUUID("wfuuid"))
        .node(row.getString("node"))
        .attempt(row.getInteger("attempt"))
        .pUuid(row.getUUID("pilot"))
        .lease(row.getLong("lease"))
        .host(row.getString("host"))
        .pid(row.getLong("pid"))
        .hostWorkdir(row.getString("workdir"))
        .tsDef(RowValues.instant(row, "ts_def"))
        .tsDis(RowValues.instantOrNull(row, "ts_dis"))
        .tsSta(RowValues.instantOrNull(row, "ts_sta"));
  }
}
