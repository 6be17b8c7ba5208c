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
import org.p3s.broker.app.JobStore;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;
import org.p3s.contracts.JsonCodec;
import org.p3s.platform.outbox.Tx;

/**
 * Live jobs and the ledger in SQL, on the reactive client: locked, decided about and stored in
 * sets. Rows are always locked in the order of their ids, so that batches never wait in a circle.
 */
@ApplicationScoped
class PgJobStore implements JobStore {

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

  private static final String LOCK_HELD_BY_GONE =
      COLUMNS
          + " WHERE j.state IN ('dispatched', 'running')"
          + " AND EXISTS (SELECT FROM pilot_gone g WHERE g.pilot = j.pilot)"
          + " LIMIT $1 FOR UPDATE OF j SKIP LOCKED";

  private static final String LOCK_UNCONFIRMED =
      COLUMNS
          + " WHERE j.state = 'dispatched' AND j.confirm_by < $1"
          + " ORDER BY j.confirm_by LIMIT $2 FOR UPDATE SKIP LOCKED";

  private static final String LOCK_STALE =
      COLUMNS
          + " WHERE j.state = 'defined' AND j.start_by IS NOT NULL AND j.start_by <= $1"
          + " ORDER BY j.start_by LIMIT $2 FOR UPDATE SKIP LOCKED";

  private static final String PAST =
      "SELECT job, lease, pilot, slot, reported FROM job_attempt WHERE job = ANY($1::uuid[])";

  private static final String RUN =
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

  private static final String MARK =
      """
      UPDATE job j SET withdrawn = m.reason, stop = m.stop
      FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS m(job, reason, stop)
      WHERE j.uuid = m.job
      """;

  private static final String END =
      """
      WITH ended AS (
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::bigint[],
          $6::text[], $7::int[], $8::int[], $9::text[], $10::timestamptz[], $11::timestamptz[],
          $12::float8[], $13::bigint[], $14::text[], $15::text[], $16::text[])
          AS e(job, state, reported, host, pid, workdir, errcode, signal, reason, ts_sta, ts_sto,
          cpu_s, max_rss_kib, outputs, stdout, stderr)
      ), gone AS (
        DELETE FROM job j USING ended e WHERE j.uuid = e.job RETURNING j.*
      )
      INSERT INTO job_attempt (job, attempt, state, reported, wfuuid, node, name, jobtype, lease,
        pilot, slot, site, host, pid, workdir, errcode, signal, reason, ts_def, ts_dis, ts_sta,
        ts_sto, cpu_s, max_rss_kib, outputs, stdout, stderr)
      SELECT g.uuid, g.attempt, e.state, e.reported, g.wfuuid, g.node, g.name, g.jobtype, g.lease,
        g.pilot, g.slot, g.pilot_site, coalesce(e.host, g.host), coalesce(e.pid, g.pid),
        coalesce(e.workdir, g.workdir), e.errcode, e.signal, e.reason, g.ts_def, g.ts_dis,
        e.ts_sta, e.ts_sto, e.cpu_s, e.max_rss_kib, e.outputs::jsonb, e.stdout, e.stderr
      FROM gone g JOIN ended e ON e.job = g.uuid
      """;

  private static final String GONE =
      """
      INSERT INTO pilot_gone (pilot, reason, at)
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
  public Uni<List<Job>> lockHeldByGone(Tx tx, int limit) {
    return jobs(tx, LOCK_HELD_BY_GONE, Tuple.of(limit));
  }

  @Override
  public Uni<List<Job>> lockUnconfirmed(Tx tx, Instant now, int limit) {
    return jobs(tx, LOCK_UNCONFIRMED, Tuple.of(Rows.time(now), limit));
  }

  @Override
  public Uni<List<Job>> lockStale(Tx tx, Instant now, int limit) {
    return jobs(tx, LOCK_STALE, Tuple.of(Rows.time(now), limit));
  }

  /** Locks those that wait and that nobody else is at. */
  static Uni<List<Job>> lockWaiting(Tx tx, List<UUID> jobs) {
    return jobs(tx, LOCK_WAITING, Tuple.tuple().addValue(jobs.toArray(UUID[]::new)));
  }

  private static Uni<List<Job>> jobs(Tx tx, String sql, Tuple parameters) {
    return tx.sql()
        .preparedQuery(sql)
        .execute(parameters)
        .map(rows -> Rows.list(rows, PgJobStore::job));
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
        Rows.time(row, "ts_def"),
        Rows.instant(row, "start_by"),
        Rows.instant(row, "ts_dis"),
        Rows.instant(row, "ts_sta"),
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
            Rows.map(row.getValue("labels")),
            row.getString("host"),
            row.getLong("pid"),
            row.getString("workdir"));
  }

  @Override
  public Uni<List<Past>> past(Tx tx, Collection<UUID> jobs) {
    return tx.sql()
        .preparedQuery(PAST)
        .execute(Tuple.tuple().addValue(jobs.toArray(UUID[]::new)))
        .map(rows -> Rows.list(rows, PgJobStore::past));
  }

  private static Past past(Row row) {
    Integer slot = row.getInteger("slot");
    return new Past(
        row.getUUID("job"),
        row.getLong("lease"),
        row.getUUID("pilot"),
        slot == null ? 0 : slot,
        row.getBoolean("reported"));
  }

  @Override
  public Uni<Void> run(Tx tx, List<Decision.Run> runs, Map<UUID, Details> details) {
    Function<Decision.Run, Details> said = run -> said(details, run.job());
    return execute(
        tx,
        RUN,
        new Columns<>(runs)
            .add(UUID[]::new, run -> run.job().uuid())
            .add(OffsetDateTime[]::new, run -> Rows.time(run.at()))
            .add(String[]::new, run -> said.apply(run).host())
            .add(Long[]::new, run -> said.apply(run).pid())
            .add(String[]::new, run -> said.apply(run).workdir()));
  }

  @Override
  public Uni<Void> requeue(Tx tx, List<Decision.Requeue> requeues) {
    return execute(
        tx, REQUEUE, new Columns<>(requeues).add(UUID[]::new, requeue -> requeue.job().uuid()));
  }

  @Override
  public Uni<Void> mark(Tx tx, List<Decision.Mark> marks) {
    return execute(
        tx,
        MARK,
        new Columns<>(marks)
            .add(UUID[]::new, mark -> mark.job().uuid())
            .add(String[]::new, mark -> mark.withdrawal().reason())
            .add(Boolean[]::new, mark -> mark.withdrawal().stop()));
  }

  @Override
  public Uni<Void> end(Tx tx, List<Decision.End> ends, Map<UUID, Details> details) {
    Function<Decision.End, Details> said = end -> said(details, end.job());
    return execute(
        tx,
        END,
        new Columns<>(ends)
            .add(UUID[]::new, end -> end.job().uuid())
            .add(String[]::new, end -> end.state().text())
            .add(Boolean[]::new, end -> details.containsKey(end.job().uuid()))
            .add(String[]::new, end -> said.apply(end).host())
            .add(Long[]::new, end -> said.apply(end).pid())
            .add(String[]::new, end -> said.apply(end).workdir())
            .add(Integer[]::new, Decision.End::errcode)
            .add(Integer[]::new, Decision.End::signal)
            .add(String[]::new, Decision.End::reason)
            .add(OffsetDateTime[]::new, end -> Rows.timeOrNull(end.tsSta()))
            .add(OffsetDateTime[]::new, end -> Rows.time(end.tsSto()))
            .add(Double[]::new, end -> said.apply(end).cpuS())
            .add(Long[]::new, end -> said.apply(end).maxRssKib())
            .add(String[]::new, end -> outputs(said.apply(end)))
            .add(String[]::new, end -> said.apply(end).stdout())
            .add(String[]::new, end -> said.apply(end).stderr()));
  }

  private static Details said(Map<UUID, Details> details, Job job) {
    return details.getOrDefault(job.uuid(), Details.NONE);
  }

  private static String outputs(Details details) {
    try {
      return JsonCodec.mapper().writeValueAsString(details.outputs());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("outputs can't be written", e);
    }
  }

  @Override
  public Uni<Void> gone(Tx tx, List<Gone> pilots, Instant now) {
    Tuple columns =
        new Columns<>(pilots)
            .add(UUID[]::new, Gone::pilot)
            .add(String[]::new, Gone::reason)
            .tuple()
            .addValue(Rows.time(now));
    return tx.sql().preparedQuery(GONE).execute(columns).replaceWithVoid();
  }

  @Override
  public Uni<Void> forgetGone(Tx tx, Instant before) {
    return tx.sql()
        .preparedQuery("DELETE FROM pilot_gone WHERE at < $1")
        .execute(Tuple.of(Rows.time(before)))
        .replaceWithVoid();
  }

  private static Uni<Void> execute(Tx tx, String sql, Columns<?> columns) {
    return tx.sql().preparedQuery(sql).execute(columns.tuple()).replaceWithVoid();
  }
}
