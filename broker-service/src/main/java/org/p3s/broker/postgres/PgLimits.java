package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Limits;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.Shedding;
import org.p3s.platform.outbox.Tx;

/**
 * Job types in SQL. What is over a backlog limit is found by the index of waiting jobs, and locked
 * in sets.
 */
@ApplicationScoped
class PgLimits implements Limits {

  // What may wait of a type is read to find what goes first; that must not hold up those who queue.
  private static final int MOST_AT_ONCE = 20_000;

  private static final String JOBTYPES =
      """
      SELECT n.name, t.limit_running, t.limit_backlog, coalesce(t.drop_rule, 'oldest') AS drop_rule,
        (SELECT count(*) FROM job h WHERE h.jobtype = n.name
          AND h.state IN ('dispatched', 'running')) AS running,
        (SELECT count(*) FROM lane l JOIN job w ON w.lane = l.id AND w.state = 'defined' AND w.not_before IS NULL
          WHERE l.jobtype = n.name) AS waiting
      FROM (SELECT name FROM jobtype UNION SELECT jobtype FROM lane) n
      LEFT JOIN jobtype t ON t.name = n.name
      """;

  private static final String SOME_JOBTYPES =
      JOBTYPES + " WHERE $1::text IS NULL OR n.name > $1 ORDER BY n.name LIMIT $2";

  private static final String JOBTYPE = JOBTYPES + " WHERE n.name = $1";

  private static final String LIMIT =
      """
      INSERT INTO jobtype AS t (name, limit_running, limit_backlog, drop_rule)
      VALUES ($1, $3, $5, coalesce($6, 'oldest'))
      ON CONFLICT (name) DO UPDATE SET
        limit_running = CASE WHEN $2 THEN excluded.limit_running ELSE t.limit_running END,
        limit_backlog = CASE WHEN $4 THEN excluded.limit_backlog ELSE t.limit_backlog END,
        drop_rule = coalesce($6, t.drop_rule)
      """;

  private static final String BOUNDED =
      "SELECT name FROM jobtype WHERE limit_backlog IS NOT NULL ORDER BY name";

  // In a statement of its own: the next one is to see what the last holder of the lock committed.
  private static final String LOCK_TYPES =
      """
      SELECT b.name
      FROM (SELECT name FROM jobtype
        WHERE name = ANY($1::text[]) AND limit_backlog IS NOT NULL ORDER BY name OFFSET 0) b
      WHERE pg_try_advisory_xact_lock(hashtextextended('p3s backlog ' || b.name, 0))
      """;

  // One branch per rule: only the sample looks at more of a job than the index of waiting jobs has.
  private static final String EXCESS =
      """
      SELECT t.drop_rule, t.limit_backlog, v.uuid
      FROM jobtype t
      CROSS JOIN LATERAL (
        SELECT count(*) - t.limit_backlog AS jobs
        FROM (SELECT FROM lane l JOIN job w ON w.lane = l.id AND w.state = 'defined' AND w.not_before IS NULL
          WHERE l.jobtype = t.name LIMIT t.limit_backlog::bigint + $2 + 1) s) o
      CROSS JOIN LATERAL (
        (SELECT w.uuid FROM lane l JOIN job w ON w.lane = l.id AND w.state = 'defined' AND w.not_before IS NULL
          WHERE t.drop_rule = 'oldest' AND l.jobtype = t.name
          ORDER BY w.optional DESC, w.priority, w.ts_def, w.uuid LIMIT least(o.jobs, $2))
        UNION ALL
        (SELECT w.uuid FROM lane l JOIN job w ON w.lane = l.id AND w.state = 'defined' AND w.not_before IS NULL
          WHERE t.drop_rule = 'newest' AND l.jobtype = t.name
          ORDER BY w.optional DESC, w.priority, w.ts_def DESC, w.uuid LIMIT least(o.jobs, $2))
        UNION ALL
        (SELECT w.uuid FROM lane l JOIN job w ON w.lane = l.id AND w.state = 'defined' AND w.not_before IS NULL
          WHERE t.drop_rule = 'sample' AND l.jobtype = t.name
          ORDER BY w.optional DESC, w.priority, md5(coalesce(w.infile, w.uuid::text)) COLLATE "C" DESC, w.uuid
          LIMIT least(o.jobs, $2))) v
      WHERE t.name = ANY($1::text[]) AND o.jobs > 0
        AND ($3 OR o.jobs <= $2 AND t.limit_backlog <= %d)
      """
          .formatted(MOST_AT_ONCE);

  private final Pool pool;

  PgLimits(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<List<JobtypeView>> list(@Nullable String after, int limit) {
    return query(SOME_JOBTYPES, Tuple.of(after, limit))
        .map(rows -> Rows.list(rows, PgLimits::jobtype));
  }

  @Override
  public Uni<@Nullable JobtypeView> one(String jobtype) {
    return query(JOBTYPE, Tuple.of(jobtype)).map(rows -> Rows.first(rows, PgLimits::jobtype));
  }

  @Override
  public Uni<Void> set(String jobtype, Change change) {
    Shedding drop = change.drop();
    Tuple values = Tuple.of(jobtype);
    for (Limit one : Arrays.asList(change.running(), change.backlog())) {
      values.addBoolean(one != null).addInteger(one == null ? null : one.to());
    }
    return query(LIMIT, values.addString(drop == null ? null : drop.text())).replaceWithVoid();
  }

  @Override
  public Uni<List<String>> boundedTypes(Tx tx) {
    return tx.sql()
        .preparedQuery(BOUNDED)
        .execute()
        .map(rows -> Rows.list(rows, row -> row.getString("name")));
  }

  @Override
  public Uni<List<Excess>> lockExcess(Tx tx, Collection<String> types, int most, boolean evenMore) {
    return tx.sql()
        .preparedQuery(LOCK_TYPES)
        .execute(Tuple.tuple().addValue(types.toArray(String[]::new)))
        .map(rows -> Rows.list(rows, row -> row.getString("name")))
        .flatMap(
            locked ->
                locked.isEmpty()
                    ? Uni.createFrom().item(List.of())
                    : excess(tx, locked, most, evenMore));
  }

  private static Uni<List<Excess>> excess(Tx tx, List<String> types, int most, boolean evenMore) {
    Tuple parameters =
        Tuple.tuple()
            .addValue(types.toArray(String[]::new))
            .addLong((long) most)
            .addBoolean(evenMore);
    return tx.sql()
        .preparedQuery(EXCESS)
        .execute(parameters)
        .flatMap(
            rows ->
                rows.size() == 0
                    ? Uni.createFrom().item(List.of())
                    : PgJobStore.lockWaiting(tx, Rows.list(rows, row -> row.getUUID("uuid")))
                        .map(jobs -> excess(rows, jobs)));
  }

  /** In the order in which they go; what somebody else has locked meanwhile stays. */
  private static List<Excess> excess(RowSet<Row> rows, List<Job> locked) {
    Map<UUID, Job> byUuid = new HashMap<>();
    locked.forEach(job -> byUuid.put(job.uuid(), job));
    List<Excess> result = new ArrayList<>();
    for (Row row : rows) {
      Job job = byUuid.get(row.getUUID("uuid"));
      if (job != null) {
        Shedding rule = Shedding.of(row.getString("drop_rule")).orElseThrow();
        result.add(new Excess(job, rule, row.getInteger("limit_backlog")));
      }
    }
    return result;
  }

  private static JobtypeView jobtype(Row row) {
    return new JobtypeView(
        row.getString("name"),
        row.getLong("running"),
        row.getLong("waiting"),
        row.getInteger("limit_running"),
        row.getInteger("limit_backlog"),
        row.getString("drop_rule"));
  }

  private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }
}
