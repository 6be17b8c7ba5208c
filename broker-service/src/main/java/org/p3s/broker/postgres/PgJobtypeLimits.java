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
import org.p3s.broker.app.JobtypeLimits;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.SheddingRule;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.RowValues;

/**
 * Limits of job types in SQL, and the order in which jobs over a backlog limit are dropped. {@code
 * BacklogIT} compares that order with {@code SheddingOrder} in the tests.
 */
@ApplicationScoped
class PgJobtypeLimits implements JobtypeLimits {

  // To find the excess, all waiting jobs of a type are read. The transaction that queues jobs does
  // this only for limits up to this one, because otherwise it would take too long.
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

  private static final String SET_LIMITS =
      """
      INSERT INTO jobtype AS t (name, limit_running, limit_backlog, drop_rule)
      VALUES ($1, $3, $5, coalesce($6, 'oldest'))
      ON CONFLICT (name) DO UPDATE SET
        limit_running = CASE WHEN $2 THEN excluded.limit_running ELSE t.limit_running END,
        limit_backlog = CASE WHEN $4 THEN excluded.limit_backlog ELSE t.limit_backlog END,
        drop_rule = coalesce($6, t.drop_rule)
      """;

  private static final String WITH_BACKLOG_LIMIT =
      "SELECT name FROM jobtype WHERE limit_backlog IS NOT NULL ORDER BY name";

  // This is a statement of its own, so that the next one sees what the last holder of the lock
  // committed.
  private static final String LOCK_TYPES =
      """
      SELECT b.name
      FROM (SELECT name FROM jobtype
        WHERE name = ANY($1::text[]) AND limit_backlog IS NOT NULL ORDER BY name OFFSET 0) b
      WHERE pg_try_advisory_xact_lock(hashtextextended('p3s backlog ' || b.name, 0))
      """;

  // There is one branch for each rule: only the sample needs a column that the index does not have.
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

  PgJobtypeLimits(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<List<JobtypeView>> list(@Nullable String after, int limit) {
    return query(SOME_JOBTYPES, Tuple.of(after, limit))
        .map(rows -> RowValues.list(rows, PgJobtypeLimits::jobtype));
  }

  @Override
  public Uni<@Nullable JobtypeView> one(String jobtype) {
    return query(JOBTYPE, Tuple.of(jobtype))
        .map(rows -> RowValues.first(rows, PgJobtypeLimits::jobtype));
  }

  @Override
  public Uni<Void> set(String jobtype, Change change) {
    SheddingRule drop = change.drop();
    Tuple values = Tuple.of(jobtype);
    for (Limit one : Arrays.asList(change.running(), change.backlog())) {
      values.addBoolean(one != null).addInteger(one == null ? null : one.to());
    }
    return query(SET_LIMITS, values.addString(drop == null ? null : drop.text())).replaceWithVoid();
  }

  @Override
  public Uni<List<String>> typesWithBacklogLimit(Tx tx) {
    return tx.sql()
        .preparedQuery(WITH_BACKLOG_LIMIT)
        .execute()
        .map(rows -> RowValues.list(rows, row -> row.getString("name")));
  }

  @Override
  public Uni<List<Excess>> lockExcess(
      Tx tx, Collection<String> types, int most, boolean evenLargeExcess) {
    return tx.sql()
        .preparedQuery(LOCK_TYPES)
        .execute(Tuple.tuple().addValue(types.toArray(String[]::new)))
        .map(rows -> RowValues.list(rows, row -> row.getString("name")))
        .flatMap(
            locked ->
                locked.isEmpty()
                    ? Uni.createFrom().item(List.of())
                    : excess(tx, locked, most, evenLargeExcess));
  }

  private static Uni<List<Excess>> excess(
      Tx tx, List<String> types, int most, boolean evenLargeExcess) {
    Tuple parameters =
        Tuple.tuple()
            .addValue(types.toArray(String[]::new))
            .addLong((long) most)
            .addBoolean(evenLargeExcess);
    return tx.sql()
        .preparedQuery(EXCESS)
        .execute(parameters)
        .flatMap(
            rows ->
                rows.size() == 0
                    ? Uni.createFrom().item(List.of())
                    : PgLiveJobStore.lockWaiting(
                            tx, RowValues.list(rows, row -> row.getUUID("uuid")))
                        .map(jobs -> excess(rows, jobs)));
  }

  /** In the order in which they are dropped, without those that others have locked meanwhile. */
  private static List<Excess> excess(RowSet<Row> rows, List<Job> locked) {
    Map<UUID, Job> byUuid = new HashMap<>();
    locked.forEach(job -> byUuid.put(job.uuid(), job));
    List<Excess> result = new ArrayList<>();
    for (Row row : rows) {
      Job job = byUuid.get(row.getUUID("uuid"));
      if (job != null) {
        SheddingRule rule = SheddingRule.of(row.getString("drop_rule")).orElseThrow();
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
