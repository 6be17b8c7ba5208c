package org.p3s.monitor.projection;

/** One upsert per event type and batch; $1 is the batch as a JSON array. */
final class Statements {

  // Whichever event tells of it first: what the row says of an older attempt is not true of this
  // one. After it the others meet rows of their own attempt, or of a later one.
  static final String JOB_AGAIN =
      """
      UPDATE job SET
        state = 'defined', attempt = e.attempt, lease = 0, step = 0, pilot = NULL, site = NULL,
        host = NULL, pid = NULL, host_workdir = NULL, errcode = NULL, signal = NULL, reason = NULL,
        cpu_s = NULL, max_rss_kib = NULL, stdout = NULL, stderr = NULL, ts_dis = NULL,
        ts_sta = NULL, ts_sto = NULL
      FROM (SELECT job AS uuid, max(attempt) AS attempt
            FROM jsonb_to_recordset($1::jsonb) AS e(job uuid, attempt int) GROUP BY job) e
      WHERE job.uuid = e.uuid AND job.attempt < e.attempt
      """;

  // A retry is the same job, as old as it was; only its wait begins anew.
  static final String JOB_DEFINED =
      """
      INSERT INTO job (uuid, name, jobtype, usr, site, priority, timelimit, attempt, maxattempts,
                       payload, params, env, infile, wfuuid, node, p_uuid, stale_at, ts_def,
                       waits_since)
      SELECT DISTINCT ON (job)
             job, name, jobtype, "user", site, priority, timelimit, attempt, maxattempts, payload,
             params, env, infile, wfuuid, node, p_uuid, stale_at,
             min(defined_at) OVER (PARTITION BY job), max(defined_at) OVER (PARTITION BY job)
      FROM jsonb_to_recordset($1::jsonb) AS e(
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
      """;

  static final String JOB_ADJUSTED =
      """
      UPDATE job SET priority = e.priority
      FROM jsonb_to_recordset($1::jsonb) AS e(job uuid, priority int) WHERE uuid = e.job
      """;

  static final String JOB_PROGRESS =
      """
      INSERT INTO job (uuid, state, attempt, lease, step, pilot, site, host, pid, host_workdir,
                       reason, ts_dis, ts_sta, wfuuid, node)
      SELECT job, CASE state WHEN 'requeued' THEN 'defined' ELSE state END, attempt, lease,
             CASE state WHEN 'dispatched' THEN 1 WHEN 'running' THEN 2 ELSE 3 END,
             pilot, site, host, pid, host_workdir, reason,
             CASE WHEN state = 'dispatched' THEN at END, CASE WHEN state = 'running' THEN at END,
             wfuuid, node
      FROM jsonb_to_recordset($1::jsonb) AS e(
        job uuid, state text, attempt int, lease bigint, pilot uuid, site text, host text,
        pid bigint, host_workdir text, reason text, at timestamptz, wfuuid uuid, node text)
      ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, attempt = excluded.attempt, lease = excluded.lease,
        step = excluded.step, pilot = excluded.pilot, site = coalesce(excluded.site, job.site),
        host = coalesce(excluded.host, job.host), pid = excluded.pid,
        host_workdir = coalesce(excluded.host_workdir, job.host_workdir),
        reason = excluded.reason,
        ts_dis = coalesce(excluded.ts_dis, job.ts_dis), ts_sta = excluded.ts_sta
      WHERE (excluded.attempt, excluded.lease, excluded.step) > (job.attempt, job.lease, job.step)
        AND NOT (job.step = 9 AND job.attempt = excluded.attempt)
      """;

  static final String JOB_FINISHED =
      """
      INSERT INTO job (uuid, jobtype, state, attempt, lease, step, errcode, signal, reason, pilot,
                       site, host, pid, host_workdir, ts_dis, ts_sta, ts_sto, cpu_s, max_rss_kib,
                       stdout, stderr, wfuuid, node)
      SELECT job, jobtype, state, attempt, lease, 9, errcode, signal, reason, pilot, site, host, pid,
             host_workdir, ts_dis, ts_sta, ts_sto, cpu_s, max_rss_kib, stdout, stderr, wfuuid, node
      FROM jsonb_to_recordset($1::jsonb) AS e(
        job uuid, jobtype text, state text, attempt int, lease bigint, errcode int, signal int,
        reason text, pilot uuid, site text, host text, pid bigint, host_workdir text,
        ts_dis timestamptz, ts_sta timestamptz, ts_sto timestamptz, cpu_s float8,
        max_rss_kib bigint, stdout text, stderr text, wfuuid uuid, node text)
      ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, attempt = excluded.attempt, lease = excluded.lease, step = 9,
        errcode = excluded.errcode, signal = excluded.signal, reason = excluded.reason,
        pilot = coalesce(excluded.pilot, job.pilot), site = coalesce(excluded.site, job.site),
        host = coalesce(excluded.host, job.host), pid = coalesce(excluded.pid, job.pid),
        host_workdir = coalesce(excluded.host_workdir, job.host_workdir),
        ts_dis = coalesce(excluded.ts_dis, job.ts_dis),
        ts_sta = coalesce(excluded.ts_sta, job.ts_sta), ts_sto = excluded.ts_sto,
        cpu_s = excluded.cpu_s, max_rss_kib = excluded.max_rss_kib,
        stdout = excluded.stdout, stderr = excluded.stderr
      WHERE excluded.attempt >= job.attempt
        AND NOT (job.step = 9 AND job.attempt = excluded.attempt)
      """;

  static final String WORKFLOW_DEFINED =
      """
      INSERT INTO workflow (uuid, name, dag, dag_version, usr, state, nvertices, file, watch, path,
                            rerun_of, ts_def, ts_sta)
      SELECT wfuuid, name, dag, dag_version, "user", state, nvertices, file, watch, path,
             rerun_of, ts_def, ts_sta
      FROM jsonb_to_recordset($1::jsonb) AS e(
        wfuuid uuid, name text, dag text, dag_version int, "user" text, nvertices int, file uuid,
        watch text, path text, rerun_of uuid, state text, ts_def timestamptz, ts_sta timestamptz)
      ON CONFLICT (uuid) DO UPDATE SET
        usr = excluded.usr, rerun_of = excluded.rerun_of,
        state = CASE workflow.state WHEN 'template' THEN excluded.state ELSE workflow.state END,
        ts_sta = coalesce(workflow.ts_sta, excluded.ts_sta)
      """;

  static final String WORKFLOW_FINISHED =
      """
      INSERT INTO workflow (uuid, name, dag, dag_version, state, reason, nvertices, ndone, file,
                            watch, path, ts_def, ts_sta, ts_sto)
      SELECT wfuuid, name, dag, dag_version, state, reason, nvertices, ndone, file, watch, path,
             ts_def, ts_sta, ts_sto
      FROM jsonb_to_recordset($1::jsonb) AS e(
        wfuuid uuid, name text, dag text, dag_version int, state text, reason text, nvertices int,
        ndone int, file uuid, watch text, path text, ts_def timestamptz, ts_sta timestamptz,
        ts_sto timestamptz)
      ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, reason = excluded.reason, ndone = excluded.ndone,
        ts_sta = excluded.ts_sta, ts_sto = excluded.ts_sto
      """;

  static final String FILE_ARRIVED =
      """
      INSERT INTO file (uuid, watch, path, name, size, state, run, subrun, mtime, ts_seen, ts_whole)
      SELECT file, watch, path, name, size, 'arrived', run, subrun, mtime, seen_at, whole_at
      FROM jsonb_to_recordset($1::jsonb) AS e(
        file uuid, watch text, path text, name text, size bigint, run bigint, subrun bigint,
        mtime timestamptz, seen_at timestamptz, whole_at timestamptz)
      ON CONFLICT (uuid) DO NOTHING
      """;

  // A file whose workflow ended before its arrival was read is put right by the next event of
  // either topic. Of each template one workflow that finished is enough, the first or a rerun, as
  // in the watcher's ledger.
  static final String FILES_DONE =
      """
      UPDATE file f SET
        state = CASE WHEN w.good THEN 'processed' ELSE 'failed' END, ts_done = w.ts_done
      FROM (SELECT file, bool_and(good) AS good, bool_and(ts_done IS NOT NULL) AS ended,
                   max(ts_done) AS ts_done
            FROM (SELECT file, bool_or(state = 'finished') AS good,
                         coalesce(min(ts_sto) FILTER (WHERE state = 'finished'), min(ts_sto))
                           AS ts_done
                  FROM workflow WHERE file = ANY($1::uuid[]) GROUP BY file, dag) d
            GROUP BY file) w
      WHERE f.uuid = w.file AND w.ended
      """;

  static final String PILOT =
      """
      INSERT INTO pilot (uuid, site, host, pid, state, status, slots, jobs, jobcount, extra, reason,
                         ts_reg, ts_lhb, ts_end)
      SELECT pilot, site, host, pid, state, status, slots,
             ARRAY(SELECT (j ->> 'job')::uuid FROM jsonb_array_elements(jobs) j), jobcount, extra,
             reason, ts_reg, at, CASE WHEN kind = 'end' THEN at END
      FROM jsonb_to_recordset($1::jsonb) AS e(
        pilot uuid, kind text, site text, host text, pid bigint, state text, status text, slots int,
        jobs jsonb, jobcount int, extra text, reason text, ts_reg timestamptz, at timestamptz)
      ON CONFLICT (uuid) DO UPDATE SET
        state = excluded.state, status = excluded.status, jobs = excluded.jobs,
        jobcount = excluded.jobcount, reason = excluded.reason, ts_lhb = excluded.ts_lhb,
        ts_end = excluded.ts_end
      WHERE pilot.ts_end IS NULL
        AND (excluded.ts_end IS NOT NULL OR excluded.ts_lhb >= pilot.ts_lhb)
      """;

  static final String SERVICE_RECORD =
      """
      INSERT INTO service_record (uuid, service, level, message, at)
      SELECT id, service, level, message, at
      FROM jsonb_to_recordset($1::jsonb) AS e(
        id uuid, service text, level text, message text, at timestamptz)
      ON CONFLICT (uuid) DO NOTHING
      """;

  static final String DQM_RESULT =
      """
      INSERT INTO dqm_result (uuid, run, subrun, type, vals, limits, job, wfuuid, ts)
      SELECT id, run, subrun, type, "values", limits, job, wfuuid, ts
      FROM jsonb_to_recordset($1::jsonb) AS e(
        id uuid, run bigint, subrun bigint, type text, "values" jsonb, limits jsonb, job uuid,
        wfuuid uuid, ts timestamptz)
      ON CONFLICT (uuid) DO NOTHING
      """;

  private Statements() {}
}
