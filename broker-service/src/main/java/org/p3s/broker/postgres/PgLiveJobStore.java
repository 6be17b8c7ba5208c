package org.p3s.broker.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.LiveJobStore;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;
import org.p3s.contracts.JsonCodec;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;
import org.p3s.platform.sql.RowValues;

/**
 * Live jobs and ended attempts in SQL: rows are locked and changed in sets. The statements of this
 * class that wait for locks take them in the order of the ids, so that they do not deadlock with
 * each other.
 */
@ApplicationScoped
class PgLiveJobStore implements LiveJobStore {

  private static final String COLUMNS =
      """
      SELECT j.uuid, j.wfuuid, j.node, j.jobtype, j.state, j.attempt, j.run, j.subrun, j.ts_def,
        j.start_by, j.ts_dis, j.ts_sta, j.pilot, j.slot, j.lease, j.pilot_site, j.labels, j.host,
        j.pid, j.workdir, j.withdrawn, j.stop,
        EXISTS (SELECT FROM jobtype t WHERE t.name = j.jobtype AND t.limit_running IS NOT NULL)
          AS limited
      FROM job j
      """;

  private static final String LOCK =
      COLUMNS + " WHERE j.uuid = ANY($1::uuid[]) ORDER BY j.uuid FOR UPDATE";

  private static final String LOCK_WAITING =
      COLUMNS + " WHERE j.uuid = ANY($1::uuid[]) AND j.state = 'defined' FOR UPDATE SKIP LOCKED";

  private static final String LOCK_HELD =
      COLUMNS
          + " WHERE j.pilot = ANY($1::uuid[]) AND j.state IN ('dispatched', 'running')"
          + " ORDER BY j.uuid FOR UPDATE";

  private static final String LOCK_HELD_BY_ENDED_PILOTS =
      COLUMNS
          + " WHERE j.state IN ('dispatched', 'running')"
          + " AND EXISTS (SELECT FROM ended_pilot g WHERE g.pilot = j.pilot)"
          + " LIMIT $1 FOR UPDATE OF j SKIP LOCKED";

  private static final String LOCK_UNCONFIRMED =
      COLUMNS
          + " WHERE j.state = 'dispatched' AND j.confirm_by < $1"
          + " ORDER BY j.confirm_by LIMIT $2 FOR UPDATE SKIP LOCKED";

  private static final String LOCK_STALE =
      COLUMNS
          + " WHERE j.state = 'defined' AND j.start_by IS NOT NULL AND j.start_by <= $1"
          + " ORDER BY j.start_by LIMIT $2 FOR UPDATE SKIP LOCKED";

  private static final String ENDED_ATTEMPTS =
      "SELECT job, lease, pilot, slot, reported FROM job_attempt WHERE job = ANY($1::uuid[])";

  private static final String STORE_STARTS =
      """
      UPDATE job j SET state = 'running', ts_sta = r.at, confirm_by = NULL, host = r.host,
        pid = r.pid, workdir = r.workdir
      FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::text[])
        AS r(job, at, host, pid, workdir)
      WHERE j.uuid = r.job
      """;

  private static final String REQUEUE =
      """
      UPDATE job SET state = 'defined', lease = NULL, pilot = NULL, slot = NULL, pilot_site = NULL,
        labels = NULL, request = NULL, ts_dis = NULL, confirm_by = NULL
      WHERE uuid = ANY($1::uuid[])
      """;

  private static final String MARK_WITHDRAWN =
      """
      UPDATE job j SET withdrawn = m.reason, stop = m.stop
      FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS m(job, reason, stop)
      WHERE j.uuid = m.job
      """;

  private static final String STORE_ENDS =
      """
      WITH ended AS (
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::bigint[],
          $6::text[], $7::int[], $8::int[], $9::text[], $10::timestamptz[], $11::timestamptz[],
          $12::float8[], $13::bigint[], $14::text[], $15::text[], $16::text[])
          AS e(job, state, reported, host, pid, workdir, errcode, signal, reason, ts_sta, ts_sto,
          cpu_s, max_rss_kib, outputs, stdout, stderr)
      ), deleted AS (
        DELETE FROM job j USING ended e WHERE j.uuid = e.job RETURNING j.*
      )
      INSERT INTO job_attempt (job, attempt, state, reported, wfuuid, node, name, jobtype, lease,
        pilot, slot, site, host, pid, workdir, errcode, signal, reason, ts_def, ts_dis, ts_sta,
        ts_sto, cpu_s, max_rss_kib, outputs, stdout, stderr)
      SELECT g.uuid, g.attempt, e.state, e.reported, g.wfuuid, g.node, g.name, g.jobtype, g.lease,
        g.pilot, g.slot, g.pilot_site, coalesce(e.host, g.host), coalesce(e.pid, g.pid),
        coalesce(e.workdir, g.workdir), e.errcode, e.signal, e.reason, g.ts_def, g.ts_dis,
        e.ts_sta, e.ts_sto, e.cpu_s, e.max_rss_kib, e.outputs::jsonb, e.stdout, e.stderr
      FROM deleted g JOIN ended e ON e.job = g.uuid
      """;

  private static final String ADD_ENDED_PILOTS =
      """
      INSERT INTO ended_pilot (pilot, reason, ended_at)
      SELECT pilot, reason, $3 FROM unnest($1::uuid[], $2::text[]) AS g(pilot, reason)
      ORDER BY pilot
      ON CONFLICT DO NOTHING
      """;

  @Override
  public Uni<List<Job>> lock(Tx tx, Collection<UUID> jobs) {
    return jobs.isEmpty()
        ? Uni.createFrom().item(List.of())
        : jobs(tx, LOCK, Tuple.tuple().addValue(jobs.toArray(UUID[]::new)));
  }

  @Override
  public Uni<List<Job>> lockHeldBy(Tx tx, Collection<UUID> pilots) {
    return jobs(tx, LOCK_HELD, Tuple.tuple().addValue(pilots.toArray(UUID[]::new)));
  }

  @Override
  public Uni<List<Job>> lockHeldByEndedPilots(Tx tx, int limit) {
    return jobs(tx, LOCK_HELD_BY_ENDED_PILOTS, Tuple.of(limit));
  }

  @Override
  public Uni<List<Job>> lockUnconfirmed(Tx tx, Instant now, int limit) {
    return jobs(tx, LOCK_UNCONFIRMED, Tuple.of(RowValues.time(now), limit));
  }

  @Override
  public Uni<List<Job>> lockStale(Tx tx, Instant now, int limit) {
    return jobs(tx, LOCK_STALE, Tuple.of(RowValues.time(now), limit));
  }

  /** Locks those of the jobs that wait; skips those that others have locked. */
  static Uni<List<Job>> lockWaiting(Tx tx, List<UUID> jobs) {
    return jobs(tx, LOCK_WAITING, Tuple.tuple().addValue(jobs.toArray(UUID[]::new)));
  }

  private static Uni<List<Job>> jobs(Tx tx, String sql, Tuple parameters) {
    return tx.sql()
        .preparedQuery(sql)
        .execute(parameters)
        .map(rows -> RowValues.list(rows, PgLiveJobStore::job));
  }

  private static Job job(Row row) {
    String withdrawn = row.getString("withdrawn");
    return new Job(
        row.getUUID("uuid"),
        row.getUUID("wfuuid"),
        row.getString("node"),
        row.getString("jobtype"),
        JobState.of(row.getString("state")),
        row.getInteger("attempt"),
        row.getLong("run"),
        row.getLong("subrun"),
        RowValues.instant(row, "ts_def"),
        RowValues.instantOrNull(row, "start_by"),
        RowValues.instantOrNull(row, "ts_dis"),
        RowValues.instantOrNull(row, "ts_sta"),
        holder(row),
        withdrawn == null ? null : new Job.Withdrawal(withdrawn, row.getBoolean("stop")),
        row.getBoolean("limited"));
  }

  private static @Nullable Holder holder(Row row) {
    UUID pilot = row.getUUID("pilot");
    return pilot == null
        ? null
        : new Holder(
            pilot,
            row.getInteger("slot"),
            row.getLong("lease"),
            row.getString("pilot_site"),
            JsonColumns.map(row.getValue("labels")),
            row.getString("host"),
            row.getLong("pid"),
            row.getString("workdir"));
  }

  @Override
  public Uni<List<EndedAttempt>> endedAttempts(Tx tx, Collection<UUID> jobs) {
    return tx.sql()
        .preparedQuery(ENDED_ATTEMPTS)
        .execute(Tuple.tuple().addValue(jobs.toArray(UUID[]::new)))
        .map(rows -> RowValues.list(rows, PgLiveJobStore::endedAttempt));
  }

  private static EndedAttempt endedAttempt(Row row) {
    Integer slot = row.getInteger("slot");
    return new EndedAttempt(
        row.getUUID("job"),
        row.getLong("lease"),
        row.getUUID("pilot"),
        slot == null ? 0 : slot,
        row.getBoolean("reported"));
  }

  @Override
  public Uni<Void> storeStarts(
      Tx tx, List<Decision.Start> starts, Map<UUID, ReportDetails> reported) {
    Function<Decision.Start, ReportDetails> report = start -> report(reported, start.job());
    return execute(
        tx,
        STORE_STARTS,
        new ColumnArrays<>(starts)
            .add(UUID[]::new, start -> start.job().uuid())
            .add(OffsetDateTime[]::new, start -> RowValues.time(start.at()))
            .add(String[]::new, start -> report.apply(start).host())
            .add(Long[]::new, start -> report.apply(start).pid())
            .add(String[]::new, start -> report.apply(start).workdir()));
  }

  @Override
  public Uni<Void> requeue(Tx tx, List<Decision.Requeue> requeues) {
    return execute(
        tx,
        REQUEUE,
        new ColumnArrays<>(requeues).add(UUID[]::new, requeue -> requeue.job().uuid()));
  }

  @Override
  public Uni<Void> markWithdrawn(Tx tx, List<Decision.MarkWithdrawn> marks) {
    return execute(
        tx,
        MARK_WITHDRAWN,
        new ColumnArrays<>(marks)
            .add(UUID[]::new, mark -> mark.job().uuid())
            .add(String[]::new, mark -> mark.withdrawal().reason())
            .add(Boolean[]::new, mark -> mark.withdrawal().stop()));
  }

  @Override
  public Uni<Void> storeEnds(Tx tx, List<Decision.End> ends, Map<UUID, ReportDetails> reported) {
    Function<Decision.End, ReportDetails> report = end -> report(reported, end.job());
    return execute(
        tx,
        STORE_ENDS,
        new ColumnArrays<>(ends)
            .add(UUID[]::new, end -> end.job().uuid())
            .add(String[]::new, end -> end.state().text())
            .add(Boolean[]::new, end -> reported.containsKey(end.job().uuid()))
            .add(String[]::new, end -> report.apply(end).host())
            .add(Long[]::new, end -> report.apply(end).pid())
            .add(String[]::new, end -> report.apply(end).workdir())
            .add(Integer[]::new, Decision.End::errcode)
            .add(Integer[]::new, Decision.End::signal)
            .add(String[]::new, Decision.End::reason)
            .add(OffsetDateTime[]::new, end -> RowValues.timeOrNull(end.tsSta()))
            .add(OffsetDateTime[]::new, end -> RowValues.time(end.tsSto()))
            .add(Double[]::new, end -> report.apply(end).cpuS())
            .add(Long[]::new, end -> report.apply(end).maxRssKib())
            .add(String[]::new, end -> outputs(report.apply(end)))
            .add(String[]::new, end -> report.apply(end).stdout())
            .add(String[]::new, end -> report.apply(end).stderr()));
  }

  private static ReportDetails report(Map<UUID, ReportDetails> reported, Job job) {
    return reported.getOrDefault(job.uuid(), ReportDetails.NONE);
  }

  private static String outputs(ReportDetails details) {
    try {
      return JsonCodec.mapper().writeValueAsString(details.outputs());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the outputs can't be written as JSON", e);
    }
  }

  @Override
  public Uni<Void> addEndedPilots(Tx tx, List<EndedPilot> pilots, Instant now) {
    Tuple columns =
        new ColumnArrays<>(pilots)
            .add(UUID[]::new, EndedPilot::pilot)
            .add(String[]::new, EndedPilot::reason)
            .tuple()
            .addValue(RowValues.time(now));
    return tx.sql().preparedQuery(ADD_ENDED_PILOTS).execute(columns).replaceWithVoid();
  }

  @Override
  public Uni<Void> forgetEndedPilots(Tx tx, Instant before) {
    return tx.sql()
        .preparedQuery("DELETE FROM ended_pilot WHERE ended_at < $1")
        .execute(Tuple.of(RowValues.time(before)))
        .replaceWithVoid();
  }

  private static Uni<Void> execute(Tx tx, String sql, ColumnArrays<?> columns) {
    return tx.sql().preparedQuery(sql).execute(columns.tuple()).replaceWithVoid();
  }
}
