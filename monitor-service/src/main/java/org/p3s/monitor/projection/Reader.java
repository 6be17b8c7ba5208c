package org.p3s.monitor.projection;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the projections. A row is a map in the order of the API's fields. */
@ApplicationScoped
public class Reader {

  static final String ENDS =
      "'finished', 'timelimit', 'pilot-timeout', 'nonstarter', 'killed', 'cancelled', 'dropped'";
  private static final String JOB =
      """
      uuid, coalesce(name, '') AS name, jobtype, usr AS user, site, host, state,
      CASE WHEN state NOT IN (%s) THEN NULL
           WHEN state = 'finished' AND errcode = 0 THEN 'success' ELSE 'failure' END AS outcome,
      priority, timelimit, attempt, maxattempts, payload, params, env, infile, wfuuid, node, p_uuid,
      pid, pilot, errcode, signal, reason, ts_def, ts_dis, ts_sta, ts_sto, stale_at, cpu_s,
      max_rss_kib, host_workdir
      """
          .formatted(ENDS);
  private static final String WORKFLOW =
      """
      uuid, name, dag, dag_version, usr AS user, state,
      CASE WHEN state IN ('template', 'running') THEN NULL
           WHEN state = 'finished' THEN 'success' ELSE 'failure' END AS outcome,
      nvertices,
      CASE WHEN state = 'running'
           THEN (SELECT count(*) FROM job WHERE job.wfuuid = workflow.uuid
                 AND job.state = 'finished' AND job.errcode = 0)::int
           ELSE ndone END AS ndone,
      file, watch, path, rerun_of, reason, ts_def, ts_sta, ts_sto
      """;
  private static final String PILOT =
      """
      uuid, site, host, pid, state, status, slots, jobs AS j_uuid, jobcount, extra,
      ts_reg AS ts_cre, ts_reg, ts_lhb, ts_end, reason
      """;

  private final Pool pool;

  Reader(Pool pool) {
    this.pool = pool;
  }

  /** Filters by column; a null value does not filter. Newest first. */
  public Uni<List<Map<String, @Nullable Object>>> jobs(
      Map<String, @Nullable Object> filters, @Nullable UUID after, int limit) {
    return list(JOB, "job", filters, after, limit);
  }

  /** A job with the ends of its output, empty if there is none. */
  public Uni<List<Map<String, @Nullable Object>>> job(UUID uuid) {
    return list(JOB + ", stdout, stderr", "job", Map.of("uuid", uuid), null, 1);
  }

  public Uni<List<Map<String, @Nullable Object>>> workflows(
      Map<String, @Nullable Object> filters, @Nullable UUID after, int limit) {
    return list(WORKFLOW, "workflow", filters, after, limit);
  }

  public Uni<List<Map<String, @Nullable Object>>> pilots(
      Map<String, @Nullable Object> filters, @Nullable UUID after, int limit) {
    return list(PILOT, "pilot", filters, after, limit);
  }

  public Uni<List<Map<String, @Nullable Object>>> files(
      Map<String, @Nullable Object> filters, @Nullable UUID after, int limit) {
    return list("*", "file", filters, after, limit);
  }

  public Uni<List<Map<String, @Nullable Object>>> services(
      Map<String, @Nullable Object> filters, @Nullable UUID after, int limit) {
    return list(
        "uuid, service AS name, service, level, message, message AS info, at AS time, at",
        "service_record",
        filters,
        after,
        limit);
  }

  public Uni<List<Map<String, @Nullable Object>>> dqm(
      Map<String, @Nullable Object> filters, @Nullable UUID after, int limit) {
    return list(
        "uuid, run, subrun, type, vals AS values, limits, job, wfuuid, ts",
        "dqm_result",
        filters,
        after,
        limit);
  }

  // Column names come from this module's own calls, never from a request.
  private Uni<List<Map<String, @Nullable Object>>> list(
      String columns,
      String table,
      Map<String, @Nullable Object> filters,
      @Nullable UUID after,
      int limit) {
    StringBuilder sql = new StringBuilder("SELECT " + columns + " FROM " + table + " WHERE true");
    List<@Nullable Object> values = new ArrayList<>();
    filters.forEach(
        (column, value) -> {
          if (value != null) {
            values.add(value);
            sql.append(" AND ")
                .append(column.endsWith(">=") ? column : column + " =")
                .append(" $")
                .append(values.size());
          }
        });
    if (after != null) {
      values.add(after);
      sql.append(" AND uuid < $").append(values.size());
    }
    sql.append(" ORDER BY uuid DESC LIMIT ").append(limit);
    return pool.preparedQuery(sql.toString())
        .execute(Tuple.from(values))
        .map(rows -> rows.stream().map(Reader::map).toList());
  }

  static Map<String, @Nullable Object> map(Row row) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      map.put(row.getColumnName(i), value(row.getValue(i)));
    }
    return map;
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof JsonObject json) {
      return json.getMap();
    }
    return value instanceof JsonArray json ? json.getList() : value;
  }

  /** Rows by state of a table: job, workflow, pilot or file. */
  public Uni<Map<String, Long>> states(String table) {
    String living =
        table.equals("pilot") ? " WHERE ts_end IS NULL OR ts_end > now() - interval '1 day'" : "";
    return pool.query(
            "SELECT state, count(*) AS n FROM " + table + living + " GROUP BY state ORDER BY state")
        .execute()
        .map(
            rows ->
                rows.stream()
                    .collect(
                        Collectors.toMap(
                            r -> r.getString("state"),
                            r -> r.getLong("n"),
                            (a, b) -> a,
                            LinkedHashMap::new)));
  }

  /** Jobs that ended well and badly in the last so many seconds, and the age of the backlog. */
  public Uni<Map<String, @Nullable Object>> recent() {
    return pool.query(
            """
            SELECT
              count(*) FILTER (WHERE good AND age < 60) AS good_60, count(*) FILTER (WHERE NOT good AND age < 60) AS bad_60,
              count(*) FILTER (WHERE good AND age < 600) AS good_600, count(*) FILTER (WHERE NOT good AND age < 600) AS bad_600,
              count(*) FILTER (WHERE good AND age < 3600) AS good_3600, count(*) FILTER (WHERE NOT good AND age < 3600) AS bad_3600,
              count(*) FILTER (WHERE good AND age < 7200) AS good_7200, count(*) FILTER (WHERE NOT good AND age < 7200) AS bad_7200,
              count(*) FILTER (WHERE good) AS good_86400, count(*) FILTER (WHERE NOT good) AS bad_86400,
              (SELECT count(*) FROM job WHERE state = 'defined') AS waiting,
              (SELECT coalesce(extract(epoch FROM now() - min(coalesce(waits_since, ts_def))), 0)::float8
               FROM job WHERE state = 'defined') AS oldest_s
            FROM (SELECT state = 'finished' AND errcode = 0 AS good,
                         extract(epoch FROM now() - ts_sto) AS age
                  FROM job WHERE ts_sto > now() - interval '1 day') j
            """)
        .execute()
        .map(rows -> map(rows.iterator().next()));
  }
}
