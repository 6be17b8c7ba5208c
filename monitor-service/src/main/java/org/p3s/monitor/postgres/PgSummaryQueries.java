package org.p3s.monitor.postgres;

import static java.util.stream.Collectors.joining;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.p3s.monitor.app.SummaryQueries;
import org.p3s.monitor.app.SystemSummary;

@ApplicationScoped
class PgSummaryQueries implements SummaryQueries {

  private final Pool pool;

  PgSummaryQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Map<String, Long>> jobsByState() {
    return countByState("job");
  }

  @Override
  public Uni<Map<String, Long>> workflowsByState() {
    return countByState("workflow");
  }

  @Override
  public Uni<Map<String, Long>> pilotsByState() {
    return countByState("pilot WHERE ts_end IS NULL OR ts_end > now() - interval '1 day'");
  }

  @Override
  public Uni<Map<String, Long>> filesByState() {
    return countByState("file");
  }

  private Uni<Map<String, Long>> countByState(String source) {
    return pool.query(
            "SELECT state, count(*) AS n FROM " + source + " GROUP BY state ORDER BY state")
        .execute()
        .map(
            rows -> {
              Map<String, Long> counts = new LinkedHashMap<>();
              rows.forEach(row -> counts.put(row.getString("state"), row.getLong("n")));
              return counts;
            });
  }

  @Override
  public Uni<List<SystemSummary.Window>> endedJobs(List<Integer> lengths) {
    String counts =
        lengths.stream()
            .map(
                seconds ->
                    """
                    count(*) FILTER (WHERE outcome = 'success' AND age < %1$d) AS finished_%1$d,
                    count(*) FILTER (WHERE outcome = 'failure' AND age < %1$d) AS failed_%1$d
                    """
                        .formatted(seconds))
            .collect(joining(","));
    return pool.query(
            "SELECT "
                + counts
                + """
                FROM (SELECT outcome, extract(epoch FROM now() - ts_sto) AS age
                      FROM job WHERE ts_sto > now() - interval '1 day') ended
                """)
        .execute()
        .map(rows -> windows(rows.iterator().next(), lengths));
  }

  private static List<SystemSummary.Window> windows(Row row, List<Integer> lengths) {
    return lengths.stream()
        .map(
            seconds ->
                new SystemSummary.Window(
                    seconds, row.getLong("finished_" + seconds), row.getLong("failed_" + seconds)))
        .toList();
  }

  @Override
  public Uni<SystemSummary.Backlog> backlog() {
    return pool.query(
            """
            SELECT count(*) AS waiting,
                   coalesce(extract(epoch FROM now() - min(coalesce(waits_since, ts_def))), 0)
                     ::float8 AS oldest_s
            FROM job WHERE state = 'defined'
            """)
        .execute()
        .map(rows -> rows.iterator().next())
        .map(row -> new SystemSummary.Backlog(row.getLong("waiting"), row.getDouble("oldest_s")));
  }
}
