package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** Jobs that people choose by what they are, and what is done to them: set statements, in steps. */
@ApplicationScoped
public class JobSelectionStore {

  /**
   * Which jobs are meant; what is given combines, null or empty does not filter.
   *
   * @param site where a job runs, or must run
   */
  public record Selector(
      List<UUID> uuids,
      @Nullable String jobtype,
      @Nullable String user,
      @Nullable String site,
      @Nullable String state,
      @Nullable UUID wfuuid,
      @Nullable String name) {

    /** One job. */
    public static Selector of(UUID job) {
      return new Selector(List.of(job), null, null, null, null, null, null);
    }

    public boolean isEmpty() {
      return uuids.isEmpty()
          && jobtype == null
          && user == null
          && site == null
          && state == null
          && wfuuid == null
          && name == null;
    }
  }

  /** A job that was chosen, as it is now. */
  public record Chosen(UUID uuid, @Nullable UUID wfuuid, JobState state) {}

  private static final String MATCH =
      """
      FROM job
      WHERE (cardinality($1::uuid[]) = 0 OR uuid = ANY($1::uuid[]))
        AND ($2::text IS NULL OR jobtype = $2) AND ($3::text IS NULL OR usr = $3)
        AND ($4::text IS NULL
          OR CASE WHEN pilot IS NULL THEN site ELSE coalesce(pilot_site, site) END = $4)
        AND ($5::text IS NULL OR state = $5) AND ($6::uuid IS NULL OR wfuuid = $6)
        AND ($7::text IS NULL OR name = $7)
      """;

  // What waits for its parents in a workflow ends with the workflow, not by itself.
  private static final String CANCELLABLE =
      MATCH
          + """
            AND (state IN ('defined', 'dispatched', 'running')
              OR state = 'template' AND wfuuid IS NULL)
          """;

  private static final String ADJUSTABLE = MATCH + " AND state IN ('template', 'defined')";

  private static final String STEP = " AND uuid > $8 ORDER BY uuid LIMIT $9 FOR UPDATE";

  private static final String OF_LOCKED = " AND (wfuuid IS NULL OR wfuuid = ANY($11::uuid[]))";

  // As reports do: first the workflow, then its jobs. A retry that is being defined is waited for.
  private static final String LOCK_TO_CANCEL = lockWorkflows(CANCELLABLE, "UPDATE");
  private static final String LOCK_TO_ADJUST = lockWorkflows(ADJUSTABLE, "SHARE");

  private static final String CANCEL =
      "WITH chosen AS (SELECT uuid, wfuuid, state "
          + CANCELLABLE
          + OF_LOCKED
          + STEP
          + """
          ),
          ended AS (
            UPDATE job j SET cancelled = true,
              state = CASE c.state WHEN 'template' THEN 'cancelled' ELSE j.state END,
              ts_sto = CASE c.state WHEN 'template' THEN $10 ELSE j.ts_sto END
            FROM chosen c WHERE j.uuid = c.uuid)
          SELECT * FROM chosen ORDER BY uuid
          """;

  private static final String ADJUST =
      "WITH chosen AS (SELECT uuid "
          + ADJUSTABLE
          + OF_LOCKED
          + STEP
          + """
          ),
          changed AS (
            UPDATE job j SET priority = $10 FROM chosen c WHERE j.uuid = c.uuid
            RETURNING j.uuid, j.wfuuid, j.state)
          SELECT * FROM changed ORDER BY uuid
          """;

  private static final String ACTIVATABLE = MATCH + " AND state = 'template' AND wfuuid IS NULL";

  private static final String ACTIVATE =
      "WITH chosen AS (SELECT uuid "
          + ACTIVATABLE
          + STEP
          + """
          ),
          changed AS (
            UPDATE job j SET state = 'defined', ts_def = $10,
              stale_at = $10::timestamptz + j.staleafter * interval '1 second'
            FROM chosen c WHERE j.uuid = c.uuid
            RETURNING j.*)
          SELECT * FROM changed ORDER BY uuid
          """;

  private static final String LIST =
      "SELECT * "
          + MATCH
          + """
              AND ($8::timestamptz IS NULL OR ts_def >= $8) AND ($9::uuid IS NULL OR uuid < $9)
            ORDER BY uuid DESC LIMIT $10
            """;

  private final Pool pool;

  JobSelectionStore(Pool pool) {
    this.pool = pool;
  }

  public Uni<Long> countCancellable(Selector which) {
    return count(CANCELLABLE, which);
  }

  public Uni<Long> countAdjustable(Selector which) {
    return count(ADJUSTABLE, which);
  }

  public Uni<Long> countActivatable(Selector which) {
    return count(ACTIVATABLE, which);
  }

  /** Newest first, of those defined at that time or later; null does not filter. */
  public Uni<List<ReadModels.JobView>> list(
      Selector which, @Nullable Instant since, @Nullable UUID after, int limit) {
    return pool.preparedQuery(LIST)
        .execute(values(which).addValue(Columns.time(since)).addValue(after).addValue(limit))
        .map(rows -> rows.stream().map(ReadModels.JobView::of).toList());
  }

  /** Defines the next jobs after that one that rest on their own, at most so many. */
  public Uni<List<Job>> activate(
      SqlConnection sql, Selector which, UUID after, int most, Instant now) {
    Tuple values = values(which).addValue(after).addValue(most);
    return sql.preparedQuery(ACTIVATE)
        .execute(values.addValue(now.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.stream().map(JobColumns::job).toList());
  }

  private Uni<Long> count(String from, Selector which) {
    return pool.preparedQuery("SELECT count(*) " + from)
        .execute(values(which))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /**
   * The next jobs after that one, at most so many, locked; those on their own that rest end. None
   * of them gets another attempt.
   */
  public Uni<List<Chosen>> cancel(
      SqlConnection sql, Selector which, UUID after, int most, Instant now) {
    return change(sql, LOCK_TO_CANCEL, CANCEL, which, after, most, now.atOffset(ZoneOffset.UTC));
  }

  /** Gives the next jobs after that one another priority, at most so many. */
  public Uni<List<Chosen>> adjust(
      SqlConnection sql, Selector which, UUID after, int most, int priority) {
    return change(sql, LOCK_TO_ADJUST, ADJUST, which, after, most, priority);
  }

  private static Uni<List<Chosen>> change(
      SqlConnection sql,
      String lock,
      String change,
      Selector which,
      UUID after,
      int most,
      Object value) {
    return sql.preparedQuery(lock)
        .execute(values(which).addValue(after).addValue(most))
        .map(rows -> rows.stream().map(row -> row.getUUID("uuid")).toArray(UUID[]::new))
        .flatMap(
            workflows ->
                sql.preparedQuery(change)
                    .execute(
                        values(which)
                            .addValue(after)
                            .addValue(most)
                            .addValue(value)
                            .addValue(workflows)))
        .map(JobSelectionStore::all);
  }

  private static String lockWorkflows(String which, String strength) {
    return "SELECT uuid FROM workflow WHERE uuid IN (SELECT wfuuid FROM (SELECT uuid, wfuuid "
        + which
        + " AND uuid > $8 ORDER BY uuid LIMIT $9) c) ORDER BY uuid FOR "
        + strength;
  }

  private static Tuple values(Selector which) {
    return Tuple.tuple()
        .addValue(which.uuids().toArray(UUID[]::new))
        .addValue(which.jobtype())
        .addValue(which.user())
        .addValue(which.site())
        .addValue(which.state())
        .addValue(which.wfuuid())
        .addValue(which.name());
  }

  private static List<Chosen> all(RowSet<Row> rows) {
    return rows.stream()
        .map(
            row ->
                new Chosen(
                    row.getUUID("uuid"),
                    row.getUUID("wfuuid"),
                    JobState.of(row.getString("state"))))
        .toList();
  }
}
