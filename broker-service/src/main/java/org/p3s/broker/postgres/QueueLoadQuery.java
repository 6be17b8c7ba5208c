package org.p3s.broker.postgres;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.p3s.broker.domain.QueueLoad;
import org.p3s.broker.domain.RunTimeEstimate;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.platform.sql.RowValues;

/** Reads the queue by job type and site, by one statement with several kinds of rows. */
final class QueueLoadQuery {

  static final String LOAD =
      """
      SELECT 'job' AS kind, jobtype, CASE WHEN state = 'defined' THEN site ELSE pilot_site END AS site,
        state <> 'defined' AS held, count(*) AS n, min(ts_def) AS oldest,
        NULL::float8 AS mean, NULL::float8 AS mean_square
      FROM job GROUP BY 2, 3, 4
      UNION ALL
      SELECT 'run', jobtype, site, NULL, samples, NULL, mean, mean_square FROM run_time
      UNION ALL
      SELECT 'pause', name, NULL, NULL, 0, NULL, NULL, NULL FROM jobtype WHERE limit_running = 0
      """;

  static QueueLoad load(RowSet<Row> rows) {
    List<QueueLoad.Group> groups = new ArrayList<>();
    Map<String, Long> held = new HashMap<>();
    Map<String, Map<String, RunTimeEstimate>> runTimes = new HashMap<>();
    Set<String> paused = new HashSet<>();
    for (Row row : rows) {
      String jobtype = row.getString("jobtype");
      String site = row.getString("site");
      long n = row.getLong("n");
      switch (row.getString("kind")) {
        case "pause" -> paused.add(jobtype);
        case "run" ->
            runTimes
                .computeIfAbsent(jobtype, type -> new HashMap<>())
                .put(
                    site,
                    new RunTimeEstimate(row.getDouble("mean"), row.getDouble("mean_square"), n));
        default -> {
          if (row.getBoolean("held")) {
            held.merge(site, n, Long::sum);
          } else {
            groups.add(new QueueLoad.Group(jobtype, site, n, RowValues.instant(row, "oldest")));
          }
        }
      }
    }
    Map<String, RunTimeEstimates> byType = new HashMap<>();
    runTimes.forEach((type, bySite) -> byType.put(type, new RunTimeEstimates(bySite)));
    return new QueueLoad(groups, held, byType, paused);
  }

  private QueueLoadQuery() {}
}
