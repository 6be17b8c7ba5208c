package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.JobFilter;
import org.p3s.monitor.app.JobListQueries;
import org.p3s.monitor.app.PageRequest;
import org.p3s.platform.http.Page;
import org.p3s.platform.sql.RowValues;

@ApplicationScoped
class PgJobListQueries implements JobListQueries {

  /** The fields of the API by their names, in their order. */
  private static final String COLUMNS =
      """
      uuid, coalesce(name, '') AS name, jobtype, usr AS user, site, host, state, outcome, priority,
      timelimit, attempt, maxattempts, payload, params, env, infile, wfuuid, node, p_uuid, pid, pilot,
      errcode, signal, reason, ts_def, ts_dis, ts_sta, ts_sto, stale_at, cpu_s, max_rss_kib,
      host_workdir
      """;

  private final Pool pool;

  PgJobListQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Page<Map<String, @Nullable Object>>> list(JobFilter filter, PageRequest page) {
    return new ListStatement(COLUMNS, "job")
        .where("state =", filter.state())
        .where("jobtype =", filter.jobtype())
        .where("wfuuid =", filter.wfuuid())
        .where("site =", filter.site())
        .where("name =", filter.name())
        .where("ts_def >=", RowValues.timeOrNull(filter.since()))
        .page(pool, page);
  }

  @Override
  public Uni<Optional<Map<String, @Nullable Object>>> find(UUID job) {
    return new ListStatement(COLUMNS + ", stdout, stderr", "job").find(pool, job);
  }
}
