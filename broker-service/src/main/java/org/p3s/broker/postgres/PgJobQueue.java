package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;
import org.p3s.platform.sql.RowValues;

/** The queue in SQL: one statement for each batch. The claim is in {@link PgClaimStore}. */
@ApplicationScoped
class PgJobQueue implements JobQueue {

  private static final String LANES =
      """
      INSERT INTO lane (id, jobtype, site, requirements, timelimit, share)
      SELECT id, jobtype, site, requirements::jsonb, timelimit, share
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
        AS l(id, jobtype, site, requirements, timelimit, share)
      WHERE NOT EXISTS (SELECT FROM lane k WHERE k.id = l.id)
      ORDER BY id
      ON CONFLICT DO NOTHING
      """;

  private static final String DEFINE =
      """
      INSERT INTO job (uuid, lane, state, wfuuid, node, name, jobtype, payload, params, env, infile,
        priority, timelimit, attempt, maxattempts, user_name, site, requirements, inputs, outputs,
        run, subrun, optional, ts_def, stale_at, start_by, not_before)
      SELECT d.uuid, lane, 'defined', wfuuid, node, name, jobtype, payload, params, env::jsonb,
        infile, priority, timelimit, d.attempt, maxattempts, user_name, site, requirements::jsonb,
        inputs::jsonb, outputs::jsonb, run, subrun, optional, ts_def, stale_at,
        CASE WHEN takes.seconds <= extract(epoch FROM stale_at - ts_def)
          THEN stale_at - takes.seconds * interval '1 second' ELSE stale_at END, not_before
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
        $7::text[], $8::text[], $9::text[], $10::text[], $11::int[], $12::bigint[], $13::int[],
        $14::int[], $15::text[], $16::text[], $17::text[], $18::text[], $19::bigint[],
        $20::bigint[], $21::boolean[], $22::timestamptz[], $23::timestamptz[], $24::timestamptz[],
        $25::text[])
        AS d(uuid, lane, wfuuid, node, name, jobtype, payload, params, env, infile, priority,
        timelimit, attempt, maxattempts, user_name, site, requirements, outputs, run, subrun,
        optional, ts_def, stale_at, not_before, inputs)
      LEFT JOIN LATERAL (
        SELECT t.seconds FROM learned_run_time(d.jobtype, d.site, d.timelimit) t
        WHERE d.stale_at IS NOT NULL) takes ON true
      WHERE NOT EXISTS (
        SELECT FROM job_attempt a WHERE a.job = d.uuid AND a.attempt >= d.attempt)
      ON CONFLICT DO NOTHING
      RETURNING uuid, jobtype,
        jobtype IN (SELECT name FROM jobtype WHERE limit_backlog IS NOT NULL) AS has_backlog_limit
      """;

  private static final String RELEASE_DUE_RETRIES =
      """
      UPDATE job SET not_before = NULL WHERE uuid IN (
        SELECT uuid FROM job WHERE not_before <= $1
        ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED)
      """;

  // A definition that is repeated while the job ends waits for that transaction, and would then
  // queue the job again.
  private static final String DELETE_ENDED =
      """
      DELETE FROM job j USING job_attempt a
      WHERE j.uuid = ANY($1::uuid[]) AND a.job = j.uuid AND a.attempt >= j.attempt
      """;

  private static final String ADJUST =
      """
      UPDATE job j SET priority = a.priority
      FROM unnest($1::uuid[], $2::int[]) AS a(job, priority)
      WHERE j.uuid = a.job AND j.priority <> a.priority
      """;

  private static final int MOST_LANES = 10_000;

  // Lanes are never deleted: those that are known to be committed need not be inserted again.
  private final Set<UUID> knownLanes = ConcurrentHashMap.newKeySet();

  @Override
  public Uni<Queued> define(Tx tx, List<JobDefined> jobs, FairShare share) {
    Map<UUID, Lane> lanes = new LinkedHashMap<>();
    UUID[] laneIds = new UUID[jobs.size()];
    for (int i = 0; i < laneIds.length; i++) {
      Lane ofJob = Lane.of(jobs.get(i), share);
      lanes.put(ofJob.id(), ofJob);
      laneIds[i] = ofJob.id();
    }
    insertLanes(tx, lanes.values());
    return insertJobs(tx, jobs, laneIds);
  }

  @Override
  public Uni<Integer> releaseDueRetries(Tx tx, Instant now, int most) {
    return tx.sql()
        .preparedQuery(RELEASE_DUE_RETRIES)
        .execute(Tuple.of(RowValues.time(now), most))
        .map(rows -> rows.rowCount());
  }

  private void insertLanes(Tx tx, Collection<Lane> used) {
    List<Lane> lanes = used.stream().filter(lane -> !knownLanes.contains(lane.id())).toList();
    if (lanes.isEmpty()) {
      return;
    }
    Tuple columns =
        new ColumnArrays<>(lanes)
            .add(UUID[]::new, Lane::id)
            .add(String[]::new, Lane::jobtype)
            .add(String[]::new, Lane::site)
            .add(String[]::new, Lane::requirements)
            .add(Long[]::new, Lane::timelimit)
            .add(String[]::new, Lane::share)
            .tuple();
    tx.pipeline(
        tx.sql()
            .preparedQuery(LANES)
            .execute(columns)
            .invoke(rows -> remember(lanes, rows.rowCount()))
            .replaceWithVoid());
  }

  // Lanes that this transaction has inserted may still be rolled back.
  private void remember(List<Lane> lanes, int inserted) {
    if (inserted == 0 && knownLanes.size() < MOST_LANES) {
      lanes.forEach(lane -> knownLanes.add(lane.id()));
    }
  }

  private static Uni<Queued> insertJobs(Tx tx, List<JobDefined> jobs, UUID[] lanes) {
    List<Integer> index = new ArrayList<>(jobs.size());
    for (int i = 0; i < lanes.length; i++) {
      index.add(i);
    }
    Tuple columns =
        new ColumnArrays<>(index)
            .add(UUID[]::new, i -> jobs.get(i).job())
            .add(UUID[]::new, i -> lanes[i])
            .add(UUID[]::new, i -> jobs.get(i).wfuuid())
            .add(String[]::new, i -> jobs.get(i).node())
            .add(String[]::new, i -> jobs.get(i).name())
            .add(String[]::new, i -> jobs.get(i).jobtype())
            .add(String[]::new, i -> jobs.get(i).payload())
            .add(String[]::new, i -> jobs.get(i).params())
            .add(String[]::new, i -> JsonColumns.text(jobs.get(i).env()))
            .add(String[]::new, i -> jobs.get(i).infile())
            .add(Integer[]::new, i -> jobs.get(i).priority())
            .add(Long[]::new, i -> jobs.get(i).timelimit())
            .add(Integer[]::new, i -> jobs.get(i).attempt())
            .add(Integer[]::new, i -> jobs.get(i).maxattempts())
            .add(String[]::new, i -> jobs.get(i).user())
            .add(String[]::new, i -> jobs.get(i).site())
            .add(String[]::new, i -> JsonColumns.text(jobs.get(i).requirements()))
            .add(String[]::new, i -> JsonColumns.text(jobs.get(i).outputs()))
            .add(Long[]::new, i -> jobs.get(i).run())
            .add(Long[]::new, i -> jobs.get(i).subrun())
            .add(Boolean[]::new, i -> jobs.get(i).optional())
            .add(OffsetDateTime[]::new, i -> RowValues.time(jobs.get(i).definedAt()))
            .add(OffsetDateTime[]::new, i -> RowValues.timeOrNull(jobs.get(i).staleAt()))
            .add(OffsetDateTime[]::new, i -> RowValues.timeOrNull(jobs.get(i).notBefore()))
            .add(String[]::new, i -> JsonColumns.text(jobs.get(i).inputs()))
            .tuple();
    UUID[] uuids = jobs.stream().map(JobDefined::job).toArray(UUID[]::new);
    // Both are sent at once; the second sees what the first has done.
    return Uni.combine()
        .all()
        .unis(
            tx.sql().preparedQuery(DEFINE).execute(columns),
            tx.sql().preparedQuery(DELETE_ENDED).execute(Tuple.tuple().addValue(uuids)))
        .asTuple()
        .map(both -> queued(both.getItem1(), both.getItem2().rowCount()));
  }

  private static Queued queued(RowSet<Row> inserted, int deleted) {
    Set<String> limitedTypes = new HashSet<>();
    for (Row row : inserted) {
      if (row.getBoolean("has_backlog_limit")) {
        limitedTypes.add(row.getString("jobtype"));
      }
    }
    return new Queued(inserted.size() - deleted, limitedTypes);
  }

  @Override
  public Uni<Void> adjust(Tx tx, Collection<JobAdjusted> adjustments) {
    Tuple columns =
        new ColumnArrays<>(List.copyOf(adjustments))
            .add(UUID[]::new, JobAdjusted::job)
            .add(Integer[]::new, JobAdjusted::priority)
            .tuple();
    return tx.sql().preparedQuery(ADJUST).execute(columns).replaceWithVoid();
  }
}
