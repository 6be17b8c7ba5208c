package org.p3s.workflow.postgres;

/** The set statements of the hot path, one per kind and batch. */
final class WorkflowStatements {

  static final String INSERT_WORKFLOWS =
      """
      INSERT INTO workflow (uuid, name, dag, dag_version, usr, nvertices, file, watch, path,
                            ts_def, state, ndone, rerun_of, request, ts_sta, ts_sto)
      SELECT w.*,
             CASE WHEN state <> 'template' THEN ts_def END,
             CASE WHEN state = 'finished' THEN ts_def END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[],
                  $7::uuid[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::int[],
                  $13::uuid[], $14::text[])
        AS w(uuid, name, dag, dag_version, usr, nvertices, file, watch, path, ts_def, state, ndone,
             rerun_of, request)
      ON CONFLICT (file, dag) WHERE rerun_of IS NULL DO NOTHING
      RETURNING uuid
      """;

  static final String INSERT_JOBS =
      """
      INSERT INTO job (uuid, wfuuid, node, ord, name, jobtype, payload, params, env, infile,
                       priority, timelimit, maxattempts, usr, site, p_uuid, optional, onfailure,
                       requirements, inputs, outputs, staleafter, run, subrun, noop, parents,
                       state, ts_def, rerun_of, reason, errcode, ts_sta, ts_sto, stale_at)
      SELECT uuid, wfuuid, node, ord, name, jobtype, payload, params, env, infile,
             priority, timelimit, maxattempts, usr, site, p_uuid, optional, onfailure,
             requirements,
             ARRAY(SELECT jsonb_array_elements_text(inputs)),
             ARRAY(SELECT jsonb_array_elements_text(outputs)),
             staleafter, run, subrun, noop,
             ARRAY(SELECT jsonb_array_elements_text(parents)::uuid),
             state, ts_def, rerun_of,
             CASE WHEN state = 'finished' AND rerun_of IS NOT NULL AND NOT noop
                  THEN 'taken over from the workflow that is done again' END,
             CASE WHEN state = 'finished' THEN 0 END,
             CASE WHEN state = 'finished' THEN ts_def END,
             CASE WHEN state = 'finished' THEN ts_def END,
             CASE WHEN state = 'defined' THEN ts_def + staleafter * interval '1 second' END
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[],
                  $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::int[], $12::bigint[],
                  $13::int[], $14::text[], $15::text[], $16::uuid[], $17::boolean[], $18::text[],
                  $19::jsonb[], $20::jsonb[], $21::jsonb[], $22::bigint[], $23::bigint[],
                  $24::bigint[], $25::boolean[], $26::jsonb[], $27::text[], $28::timestamptz[],
                  $29::uuid[])
        AS j(uuid, wfuuid, node, ord, name, jobtype, payload, params, env, infile, priority,
             timelimit, maxattempts, usr, site, p_uuid, optional, onfailure, requirements, inputs,
             outputs, staleafter, run, subrun, noop, parents, state, ts_def, rerun_of)
      """;

  static final String INSERT_DATASETS =
      """
      INSERT INTO dataset (uuid, wfuuid, ord, name, dirpath, path, datatype, datatag, comment,
                           source, target, state, size, checksum, ts_reg, ts_upd)
      SELECT d.*, $14, $14
      FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[],
                  $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                  $13::bigint[], $15::text[]) AS d
      """;

  static final String LOCK_WORKFLOWS =
      "SELECT * FROM workflow WHERE uuid = ANY($1::uuid[]) ORDER BY uuid FOR UPDATE";

  // Progress must not meet an end of the same workflow half way; two of them may go side by side.
  static final String SHARE_WORKFLOWS =
      "SELECT FROM workflow WHERE uuid = ANY($1::uuid[]) ORDER BY uuid FOR SHARE";

  // Who changes many jobs locks them in one order first, or two wait for each other.
  static final String LOCK_JOBS =
      "SELECT FROM job WHERE uuid = ANY($1::uuid[]) ORDER BY uuid FOR NO KEY UPDATE";

  static final String READ_STEPS =
      """
      SELECT uuid, wfuuid, node, parents, noop, optional, onfailure, state, errcode, attempt,
             CASE WHEN cancelled THEN attempt ELSE maxattempts END AS maxattempts
      FROM job WHERE wfuuid = ANY($1::uuid[]) ORDER BY wfuuid, ord
      """;

  static final String UPDATE_WORKFLOWS =
      """
      UPDATE workflow w
      SET state = u.state, reason = coalesce(w.reason, u.reason), ndone = u.ndone,
          reprocess = w.reprocess OR u.reprocess,
          ts_sta = CASE WHEN w.state = 'template' AND u.state IN ('template', 'cancelled') THEN NULL
                        ELSE coalesce(w.ts_sta, $5) END,
          ts_sto = CASE WHEN u.state IN ('finished', 'failed', 'cancelled')
                        THEN coalesce(w.ts_sto, $5) END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $6::boolean[])
        AS u(uuid, state, reason, ndone, reprocess)
      WHERE w.uuid = u.uuid
      """;

  static final String UPDATE_STEPS =
      """
      UPDATE job j
      SET state = u.state, attempt = u.attempt,
          errcode = CASE WHEN u.state = 'finished' AND j.noop THEN 0
                         WHEN u.state = 'defined' THEN NULL ELSE j.errcode END,
          signal = CASE WHEN u.state <> 'defined' THEN j.signal END,
          reason = CASE WHEN u.state <> 'defined' THEN j.reason END,
          pilot = CASE WHEN u.state <> 'defined' THEN j.pilot END,
          host = CASE WHEN u.state <> 'defined' THEN j.host END,
          pid = CASE WHEN u.state <> 'defined' THEN j.pid END,
          host_workdir = CASE WHEN u.state <> 'defined' THEN j.host_workdir END,
          cpu_s = CASE WHEN u.state <> 'defined' THEN j.cpu_s END,
          max_rss_kib = CASE WHEN u.state <> 'defined' THEN j.max_rss_kib END,
          ts_dis = CASE WHEN u.state <> 'defined' THEN j.ts_dis END,
          -- A retry is the same job: it gets no younger.
          ts_def = CASE WHEN u.state = 'defined' AND u.attempt = 1 THEN $4 ELSE j.ts_def END,
          stale_at = CASE WHEN u.state = 'defined' AND u.attempt = 1
                          THEN $4::timestamptz + j.staleafter * interval '1 second'
                          ELSE j.stale_at END,
          ts_sta = CASE WHEN u.state = 'defined' THEN NULL
                        WHEN u.state = 'finished' AND j.noop THEN $4 ELSE j.ts_sta END,
          ts_sto = CASE WHEN u.state = 'defined' THEN NULL
                        WHEN u.state IN ('template', 'dispatched', 'running') THEN NULL
                        ELSE coalesce(j.ts_sto, $4) END
      FROM unnest($1::uuid[], $2::text[], $3::int[]) AS u(uuid, state, attempt)
      WHERE j.uuid = u.uuid
      """;

  // One that comes again finds no job at that attempt, and is not noted again.
  static final String UPDATE_ENDS =
      """
      WITH ended AS (
        UPDATE job j
        SET errcode = u.errcode, signal = u.signal, reason = u.reason,
            pilot = coalesce(u.pilot, j.pilot), host = coalesce(u.host, j.host),
            pid = coalesce(u.pid, j.pid), host_workdir = coalesce(u.workdir, j.host_workdir),
            cpu_s = u.cpu_s, max_rss_kib = u.max_rss_kib,
            ts_dis = coalesce(u.ts_dis, j.ts_dis), ts_sta = coalesce(u.ts_sta, j.ts_sta),
            ts_sto = u.ts_sto,
            state = CASE WHEN j.wfuuid IS NULL THEN u.state ELSE j.state END
        FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::text[], $6::uuid[],
                    $7::text[], $8::bigint[], $9::text[], $10::float8[], $11::bigint[],
                    $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::text[],
                    $16::text[], $17::jsonb[])
          AS u(uuid, attempt, errcode, signal, reason, pilot, host, pid, workdir, cpu_s,
               max_rss_kib, ts_dis, ts_sta, ts_sto, state, site, inputs)
        WHERE j.uuid = u.uuid AND j.attempt = u.attempt
          AND j.state IN ('defined', 'dispatched', 'running')
        RETURNING j.*, u.state AS end_state, u.site AS end_site, u.inputs AS seen
      )
      INSERT INTO attempt (job, attempt, state, errcode, signal, reason, pilot, site, host, pid,
                           host_workdir, cpu_s, max_rss_kib, ts_dis, ts_sta, ts_sto, inputs)
      SELECT uuid, attempt, end_state, errcode, signal, reason, pilot, end_site, host, pid,
             host_workdir, cpu_s, max_rss_kib, ts_dis, ts_sta, ts_sto, seen
      FROM ended
      ON CONFLICT (job, attempt) DO NOTHING
      RETURNING job, attempt
      """;

  static final String RETRY =
      """
      UPDATE job j
      SET state = 'defined', attempt = j.attempt + 1, errcode = NULL, signal = NULL, reason = NULL,
          pilot = NULL, host = NULL, pid = NULL, host_workdir = NULL, cpu_s = NULL,
          max_rss_kib = NULL, ts_dis = NULL, ts_sta = NULL, ts_sto = NULL
      FROM unnest($1::uuid[], $2::int[]) AS u(uuid, attempt)
      WHERE j.uuid = u.uuid AND j.attempt = u.attempt AND j.wfuuid IS NULL
        AND j.attempt < j.maxattempts AND NOT j.cancelled
        AND j.state IN ('finished', 'timelimit', 'pilot-timeout', 'nonstarter', 'killed')
      RETURNING j.*
      """;

  static final String UPDATE_DATASETS =
      """
      UPDATE dataset d
      SET state = u.state, size = u.size, checksum = u.checksum, ts_upd = $6
      FROM (
        SELECT DISTINCT ON (wfuuid, source, path) *
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $7::text[],
                    $8::int[])
          AS e(wfuuid, path, state, size, checksum, source, attempt)
        ORDER BY wfuuid, source, path, attempt DESC
      ) u
      WHERE d.wfuuid = u.wfuuid AND d.source = u.source AND d.path = u.path
        AND d.state <> 'dropped'
      """;

  // Files from outside lie on edges that leave a noop: the first that reads one tells of it.
  static final String UPDATE_INPUTS =
      """
      UPDATE dataset d
      SET state = CASE d.state WHEN 'expected' THEN u.state ELSE d.state END,
          size = coalesce(d.size, u.size), checksum = coalesce(d.checksum, u.checksum), ts_upd = $6
      FROM (
        SELECT DISTINCT ON (wfuuid, path) *
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[])
          AS e(wfuuid, path, state, size, checksum)
        ORDER BY wfuuid, path, checksum
      ) u
      JOIN job n ON n.wfuuid = u.wfuuid AND n.noop
      WHERE d.wfuuid = u.wfuuid AND d.path = u.path AND d.source = n.node
        AND (d.state = 'expected' OR d.checksum IS NULL AND u.checksum IS NOT NULL)
      """;

  // Files that nobody will write any more.
  static final String GIVE_UP_DATASETS =
      """
      UPDATE dataset d SET state = u.state, ts_upd = $4
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u(wfuuid, source, state)
      WHERE d.wfuuid = u.wfuuid AND d.source = u.source AND d.state = 'expected'
      """;

  // Of several events of one job in a batch the one that says most wins: the highest lease, and
  // within it the last.
  static final String UPDATE_PROGRESS =
      """
      UPDATE job j
      SET state = u.state, lease = u.lease,
          pilot = CASE WHEN u.state = 'defined' THEN NULL ELSE u.pilot END,
          pilot_site = CASE WHEN u.state = 'defined' THEN NULL ELSE u.site END,
          host = CASE WHEN u.state = 'defined' THEN NULL ELSE coalesce(u.host, j.host) END,
          pid = CASE WHEN u.state = 'running' THEN u.pid END,
          host_workdir = coalesce(u.workdir, j.host_workdir),
          ts_dis = CASE WHEN u.state = 'dispatched' THEN u.at
                        WHEN u.state = 'defined' THEN NULL ELSE j.ts_dis END,
          ts_sta = CASE WHEN u.state = 'running' THEN u.at END
      FROM (
        SELECT DISTINCT ON (uuid) *
        FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::uuid[], $6::text[],
                    $7::bigint[], $8::text[], $9::timestamptz[], $10::text[]) WITH ORDINALITY
          AS e(uuid, state, attempt, lease, pilot, host, pid, workdir, at, site, n)
        ORDER BY uuid, lease DESC, n DESC
      ) u
      WHERE j.uuid = u.uuid AND j.attempt = u.attempt
        AND j.state IN ('defined', 'dispatched', 'running')
        AND (u.lease > j.lease OR (u.lease = j.lease AND NOT (
              j.state = 'running' AND u.state = 'dispatched')))
      """;

  static final String READ_JOBS =
      """
      SELECT j.* FROM unnest($1::uuid[]) WITH ORDINALITY AS u(uuid, n)
      JOIN job j ON j.uuid = u.uuid ORDER BY u.n
      """;

  private WorkflowStatements() {}
}
