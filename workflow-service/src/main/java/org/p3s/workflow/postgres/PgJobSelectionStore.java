package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.JobSelectionStore;
import org.p3s.workflow.app.JobSelector;
import org.p3s.workflow.app.SelectedJob;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** Selected jobs in PostgreSQL; each step is one statement, or two where workflows are locked. */
@ApplicationScoped
class PgJobSelectionStore implements JobSelectionStore {

  /** The jobs that match a {@link JobSelector}. */
  static final String MATCH =
      """
      FROM job
      WHERE (cardinality($1::uuid[]) = 0 OR uuid = ANY($1::uuid[]))
        AND ($2::text IS NULL OR jobtype = $2) AND ($3::text IS NULL OR usr = $3)
        AND ($4::text IS NULL
          OR CASE WHEN pilot IS NULL THEN site ELSE coalesce(pilot_site, site) END = $4)
        AND ($5::text IS NULL OR state = $5) AND ($6::uuid IS NULL OR wfuuid = $6)
        AND ($7::text IS NULL OR name = $7)
      """;

  // A job that waits for its parents ends with its workflow, not by itself.
  private static final String CANCELLABLE =
      MATCH
          + """
            AND (state IN ('defined', 'dispatched', 'running')
              OR state = 'template' AND wfuuid IS NULL)
          """;

  private static final String ADJUSTABLE = MATCH + " AND state IN ('template', 'defined')";

  private static final String NEXT_JOBS = " AND uuid > $8 ORDER BY uuid LIMIT $9 FOR UPDATE";

  private static final String OF_LOCKED_WORKFLOWS =
      " AND (wfuuid IS NULL OR wfuuid = ANY($11::uuid[]))";

  // In the order of JobEventStatements: first the workflows, then their jobs. This waits for
  // transactions that define retries just now.
  private static final String LOCK_WORKFLOWS_TO_CANCEL = lockWorkflows(CANCELLABLE, "UPDATE");
  private static final String LOCK_WORKFLOWS_TO_ADJUST = lockWorkflows(ADJUSTABLE, "SHARE");

  private static final String CANCEL =
      "WITH selected AS (SELECT uuid, wfuuid, state "
          + CANCELLABLE
          + OF_LOCKED_WORKFLOWS
          + NEXT_JOBS
          + """
          ),
          ended AS (
            UPDATE job j SET cancelled = true,
              state = CASE c.state WHEN 'template' THEN 'cancelled' ELSE j.state END,
              ts_sto = CASE c.state WHEN 'template' THEN $10 ELSE j.ts_sto END
            FROM selected c WHERE j.uuid = c.uuid)
          SELECT * FROM selected ORDER BY uuid
          """;

  private static final String ADJUST =
      "WITH selected AS (SELECT uuid "
          + ADJUSTABLE
          + OF_LOCKED_WORKFLOWS
          + NEXT_JOBS
          + """
          ),
          changed AS (
            UPDATE job j SET priority = $10 FROM selected c WHERE j.uuid = c.uuid
            RETURNING j.uuid, j.wfuuid, j.state)
          SELECT * FROM changed ORDER BY uuid
          """;

  private static final String STARTABLE = MATCH + " AND state = 'template' AND wfuuid IS NULL";

  private static final String START =
      ("WITH selected AS (SELECT uuid "
              + STARTABLE
              + NEXT_JOBS
              + """
          ),
          changed AS (
            UPDATE job j SET state = 'defined', ts_def = $10,
              stale_at = %s
            FROM selected c WHERE j.uuid = c.uuid
            RETURNING j.*)
          SELECT * FROM changed ORDER BY uuid
          """)
          .formatted(WorkflowStatements.staleAt("$10::timestamptz", "j.staleafter"));

  private final Pool pool;

  PgJobSelectionStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Long> countCancellable(JobSelector selector) {
    return count(CANCELLABLE, selector);
  }

  @Override
  public Uni<Long> countAdjustable(JobSelector selector) {
    return count(ADJUSTABLE, selector);
  }

  @Override
  public Uni<Long> countStartable(JobSelector selector) {
    return count(STARTABLE, selector);
  }

  private Uni<Long> count(String from, JobSelector selector) {
    return pool.preparedQuery("SELECT count(*) " + from)
        .execute(parameters(selector))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  @Override
  public Uni<List<SelectedJob>> cancel(
      Tx tx, JobSelector selector, UUID after, int limit, Instant now) {
    return change(
        tx.sql(), LOCK_WORKFLOWS_TO_CANCEL, CANCEL, selector, after, limit, RowValues.time(now));
  }

  @Override
  public Uni<List<SelectedJob>> changePriority(
      Tx tx, JobSelector selector, UUID after, int limit, int priority) {
    return change(tx.sql(), LOCK_WORKFLOWS_TO_ADJUST, ADJUST, selector, after, limit, priority);
  }

  @Override
  public Uni<List<Job>> start(Tx tx, JobSelector selector, UUID after, int limit, Instant now) {
    return tx.sql()
        .preparedQuery(START)
        .execute(parameters(selector).addValue(after).addValue(limit).addValue(RowValues.time(now)))
        .map(rows -> RowValues.list(rows, JobMapper::job));
  }

  private static Uni<List<SelectedJob>> change(
      SqlConnection sql,
      String lockWorkflows,
      String change,
      JobSelector selector,
      UUID after,
      int limit,
      Object value) {
    return sql.preparedQuery(lockWorkflows)
        .execute(parameters(selector).addValue(after).addValue(limit))
        .map(rows -> rows.stream().map(row -> row.getUUID("uuid")).toArray(UUID[]::new))
        .flatMap(
            locked ->
                sql.preparedQuery(change)
                    .execute(
                        parameters(selector)
                            .addValue(after)
                            .addValue(limit)
                            .addValue(value)
                            .addValue(locked)))
        .map(rows -> RowValues.list(rows, PgJobSelectionStore::selectedJob));
  }

  private static String lockWorkflows(String matching, String strength) {
    return "SELECT uuid FROM workflow WHERE uuid IN (SELECT wfuuid FROM (SELECT uuid, wfuuid "
        + matching
        + " AND uuid > $8 ORDER BY uuid LIMIT $9) c) ORDER BY uuid FOR "
        + strength;
  }

  /** The parameters of {@link #MATCH}. */
  static Tuple parameters(JobSelector selector) {
    return Tuple.tuple()
        .addValue(selector.uuids().toArray(UUID[]::new))
        .addValue(selector.jobtype())
        .addValue(selector.user())
        .addValue(selector.site())
        .addValue(selector.state())
        .addValue(selector.wfuuid())
        .addValue(selector.name());
  }

  static SelectedJob selectedJob(Row row) {
    return new SelectedJob(
        row.getUUID("uuid"), row.getUUID("wfuuid"), JobState.of(row.getString("state")));
  }
}
