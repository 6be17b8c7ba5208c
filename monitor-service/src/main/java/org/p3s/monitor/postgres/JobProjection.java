package org.p3s.monitor.postgres;

import static org.p3s.monitor.domain.JobRank.Step.DISPATCHED;
import static org.p3s.monitor.domain.JobRank.Step.ENDED;
import static org.p3s.monitor.domain.JobRank.Step.REQUEUED;
import static org.p3s.monitor.domain.JobRank.Step.RUNNING;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.contracts.Event;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.monitor.domain.JobRank;
import org.p3s.platform.inbox.Events;

/**
 * Writes the table {@code job}. Each event type has columns of its own: {@code job-defined} says
 * what the job is, {@code job-progress} where it is, {@code job-finished} how it ended. The last
 * two also write the state; {@link JobRank} decides between them.
 */
final class JobProjection implements EventProjection {

  /** {@link JobRank#replaces} in SQL: the new row is {@code excluded}, the old one {@code job}. */
  private static final String NEW_RANK_REPLACES_OLD =
      """
      (excluded.attempt > job.attempt
        OR excluded.attempt = job.attempt AND job.step <> %1$d
          AND (excluded.step = %1$d OR (excluded.lease, excluded.step) > (job.lease, job.step)))
      """
          .formatted(ENDED.number());

  // The first event of a later attempt, of whatever type, clears what the row says of the attempt
  // before. Later events of the same attempt then add to the row as usual.
  private static final BatchStatement START_LATER_ATTEMPT =
      new BatchStatement(
          """
          UPDATE job SET
            state = 'defined', attempt = e.attempt, lease = 0, step = 0, pilot = NULL, site = NULL,
            host = NULL, pid = NULL, host_workdir = NULL, errcode = NULL, signal = NULL, reason = NULL,
            cpu_s = NULL, max_rss_kib = NULL, stdout = NULL, stderr = NULL, ts_dis = NULL,
            ts_sta = NULL, ts_sto = NULL
          FROM (SELECT job AS uuid, max(attempt) AS attempt
                FROM jsonb_to_recordset($1::text::jsonb) AS e(job uuid, attempt int) GROUP BY job) e
          WHERE job.uuid = e.uuid AND job.attempt < e.attempt
          """);

  // A retry is the same job and keeps its time of definition; only its wait begins again.
  private static final BatchStatement WRITE_DEFINITION =
      new BatchStatement(
          """
          INSERT INTO job (uuid, name, jobtype, usr, site, priority, timelimit, attempt, maxattempts,
                           payload, params, env, infile, wfuuid, node, p_uuid, stale_at, ts_def,
                           waits_since)
          SELECT DISTINCT ON (job)
                 job, name, jobtype, "user", site, priority, timelimit, attempt, maxattempts, payload,
                 params, env, infile, wfuuid, node, p_uuid, stale_at,
                 min(defined_at) OVER (PARTITION BY job), max(defined_at) OVER (PARTITION BY job)
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            job uuid, name text, jobtype text, "user" text, site text, priority int, timelimit bigint,
            attempt int, maxattempts int, payload text, params text, env jsonb, infile text,
            wfuuid uuid, node text, p_uuid uuid, defined_at timestamptz, stale_at timestamptz)
          ORDER BY job, attempt DESC
          ON CONFLICT (uuid) DO UPDATE SET
            name = excluded.name, jobtype = excluded.jobtype, usr = excluded.usr,
            site = coalesce(job.site, excluded.site), priority = coalesce(job.priority, excluded.priority),
            timelimit = excluded.timelimit, maxattempts = excluded.maxattempts,
            payload = excluded.payload, params = excluded.params, env = excluded.env,
            infile = excluded.infile, wfuuid = excluded.wfuuid, node = excluded.node,
            p_uuid = excluded.p_uuid, stale_at = excluded.stale_at,
            ts_def = least(job.ts_def, excluded.ts_def),
            waits_since = greatest(job.waits_since, excluded.waits_since)
          """);

  private static final BatchStatement WRITE_PRIORITY =
      new BatchStatement(
          """
          UPDATE job SET priority = e.priority
          FROM jsonb_to_recordset($1::text::jsonb) AS e(job uuid, priority int) WHERE uuid = e.job
          """);

  private static final BatchStatement WRITE_PROGRESS =
      new BatchStatement(
          """
      INSERT INTO job (uuid, state, attempt, lease, step, pilot, site, host, pid, host_workdir,
                       reason, ts_dis, ts_sta, wfuuid, node)
      SELECT job, CASE state WHEN 'requeued' THEN 'defined' ELSE state END, attempt, lease,
             CASE state WHEN 'dispatched' THEN %d WHEN 'running' THEN %d ELSE %d END,
             pilot, site, host, pid, host_workdir, reason,
             CASE WHEN state = 'dispatched' THEN at END, CASE WHEN state = 'running' THEN at END,
             wfuuid, node
      FROM jsonb_to_recordset($1::text::jsonb) AS e(
        job uuid, state text, attempt int, lease bigint, pilot uuid, site text, host text,
        pid bigint, host_workdir text, reason text, at timestamptz, wfuuid uuid, node text)
      ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, attempt = excluded.attempt, lease = excluded.lease,
        step = excluded.step, pilot = excluded.pilot, site = coalesce(excluded.site, job.site),
        host = coalesce(excluded.host, job.host), pid = excluded.pid,
        host_workdir = coalesce(excluded.host_workdir, job.host_workdir),
        reason = excluded.reason,
        ts_dis = coalesce(excluded.ts_dis, job.ts_dis), ts_sta = excluded.ts_sta
      WHERE
            """
                  .formatted(DISPATCHED.number(), RUNNING.number(), REQUEUED.number())
              + NEW_RANK_REPLACES_OLD);

  private static final BatchStatement WRITE_END =
      new BatchStatement(
          """
      INSERT INTO job (uuid, jobtype, state, attempt, lease, step, errcode, signal, reason, pilot,
                       site, host, pid, host_workdir, ts_dis, ts_sta, ts_sto, cpu_s, max_rss_kib,
                       stdout, stderr, wfuuid, node)
      SELECT job, jobtype, state, attempt, lease, %d, errcode, signal, reason, pilot, site, host, pid,
             host_workdir, ts_dis, ts_sta, ts_sto, cpu_s, max_rss_kib, stdout, stderr, wfuuid, node
      FROM jsonb_to_recordset($1::text::jsonb) AS e(
        job uuid, jobtype text, state text, attempt int, lease bigint, errcode int, signal int,
        reason text, pilot uuid, site text, host text, pid bigint, host_workdir text,
        ts_dis timestamptz, ts_sta timestamptz, ts_sto timestamptz, cpu_s float8,
        max_rss_kib bigint, stdout text, stderr text, wfuuid uuid, node text)
      ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, attempt = excluded.attempt, lease = excluded.lease, step = excluded.step,
        errcode = excluded.errcode, signal = excluded.signal, reason = excluded.reason,
        pilot = coalesce(excluded.pilot, job.pilot), site = coalesce(excluded.site, job.site),
        host = coalesce(excluded.host, job.host), pid = coalesce(excluded.pid, job.pid),
        host_workdir = coalesce(excluded.host_workdir, job.host_workdir),
        ts_dis = coalesce(excluded.ts_dis, job.ts_dis),
        ts_sta = coalesce(excluded.ts_sta, job.ts_sta), ts_sto = excluded.ts_sto,
        cpu_s = excluded.cpu_s, max_rss_kib = excluded.max_rss_kib,
        stdout = excluded.stdout, stderr = excluded.stderr
      WHERE
            """
                  .formatted(ENDED.number())
              + NEW_RANK_REPLACES_OLD);

  @Override
  public Uni<Void> apply(SqlConnection sql, List<Event> batch) {
    List<JobFinished> ends = lastEnds(batch);
    return START_LATER_ATTEMPT
        .execute(sql, batch.stream().filter(JobProjection::isOfLaterAttempt).toList())
        .chain(() -> WRITE_DEFINITION.execute(sql, Events.ofType(JobDefined.class, batch)))
        .chain(() -> WRITE_PRIORITY.execute(sql, lastPriorities(batch)))
        .chain(() -> WRITE_PROGRESS.execute(sql, withoutEnded(lastProgress(batch), ends)))
        .chain(() -> WRITE_END.execute(sql, ends));
  }

  private static boolean isOfLaterAttempt(Event event) {
    return event instanceof JobDefined defined && defined.attempt() > 1
        || event instanceof JobProgress progress && progress.attempt() > 1
        || event instanceof JobFinished finished && finished.attempt() > 1;
  }

  private static List<JobAdjusted> lastPriorities(List<Event> batch) {
    return OneEventPerKey.of(
        Events.ofType(JobAdjusted.class, batch), JobAdjusted::job, (earlier, later) -> later);
  }

  private static List<JobProgress> lastProgress(List<Event> batch) {
    return OneEventPerKey.of(
        Events.ofType(JobProgress.class, batch),
        JobProgress::job,
        (a, b) -> rank(b).replaces(rank(a)) ? b : a);
  }

  private static List<JobFinished> lastEnds(List<Event> batch) {
    return OneEventPerKey.of(
        Events.ofType(JobFinished.class, batch),
        JobFinished::job,
        (a, b) -> rank(b).replaces(rank(a)) ? b : a);
  }

  /** The end of an attempt repeats all that its progress says, so that need not be written. */
  private static List<JobProgress> withoutEnded(
      List<JobProgress> progress, List<JobFinished> ends) {
    Map<UUID, JobFinished> byJob = new HashMap<>();
    ends.forEach(end -> byJob.put(end.job(), end));
    return progress.stream()
        .filter(
            event -> {
              JobFinished end = byJob.get(event.job());
              return end == null || rank(event).replaces(rank(end));
            })
        .toList();
  }

  private static JobRank rank(JobFinished event) {
    return new JobRank(event.attempt(), event.lease(), ENDED);
  }

  private static JobRank rank(JobProgress event) {
    JobRank.Step step =
        switch (event.state()) {
          case DISPATCHED -> DISPATCHED;
          case RUNNING -> RUNNING;
          case REQUEUED -> REQUEUED;
        };
    return new JobRank(event.attempt(), event.lease(), step);
  }
}
