package org.p3s.workflow.postgres;

/**
 * The statements that insert, lock, read and update workflows with their jobs and datasets. They
 * are on the path of every file, so that each handles a whole batch.
 */
final class WorkflowStatements {

  /** The SQL of {@link org.p3s.workflow.domain.Job#staleAt()}. */
  static String staleAt(String definedAt, String staleafter) {
    return definedAt + " + " + staleafter + " * interval '1 second'";
  }

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
             CASE WHEN state = 'defined' THEN %s END
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[],
                  $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::int[], $12::bigint[],
                  $13::int[], $14::text[], $15::text[], $16::uuid[], $17::boolean[], $18::text[],
                  $19::jsonb[], $20::jsonb[], $21::jsonb[], $22::bigint[], $23::bigint[],
                  $24::bigint[], $25::boolean[], $26::jsonb[], $27::text[], $28::timestamptz[],
                  $29::uuid[])
        AS j(uuid, wfuuid, node, ord, name, jobtype, payload, params, env, infile, priority,
             timelimit, maxattempts, usr, site, p_uuid, optional, onfailure, requirements, inputs,
             outputs, staleafter, run, subrun, noop, parents, state, ts_def, rerun_of)
      """
          .formatted(staleAt("ts_def", "staleafter"));

  static final String INSERT_DATASETS =
      """
      INSERT INTO dataset (uuid, wfuuid, ord, name, dirpath, path, datatype, datatag, comment,
                           source, target, state, size, checksum, ts_reg, ts_upd)
      SELECT d.*, $14, $14
      FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[],
                  $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                  $13::bigint[], $15::text[]) AS d
      """;

  // All statements lock workflows in the order of their uuids, and then jobs in the order of
  // theirs, so that no two transactions wait for each other.
  static final String LOCK_WORKFLOWS =
      "SELECT * FROM workflow WHERE uuid = ANY($1::uuid[]) ORDER BY uuid FOR UPDATE";

  // A cancelled job has no attempt left.
  static final String READ_TRACKED_JOBS =
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

  static final String UPDATE_JOBS =
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
          -- A retry keeps the times of the first attempt.
          ts_def = CASE WHEN u.state = 'defined' AND u.attempt = 1 THEN $4 ELSE j.ts_def END,
          stale_at = CASE WHEN u.state = 'defined' AND u.attempt = 1
                          THEN %s
                          ELSE j.stale_at END,
          ts_sta = CASE WHEN u.state = 'defined' THEN NULL
                        WHEN u.state = 'finished' AND j.noop THEN $4 ELSE j.ts_sta END,
          ts_sto = CASE WHEN u.state = 'defined' THEN NULL
                        WHEN u.state IN ('template', 'dispatched', 'running') THEN NULL
                        ELSE coalesce(j.ts_sto, $4) END
      FROM unnest($1::uuid[], $2::text[], $3::int[]) AS u(uuid, state, attempt)
      WHERE j.uuid = u.uuid
      """
          .formatted(staleAt("$4::timestamptz", "j.staleafter"));

  // The files that jobs did not write before they ended.
  static final String END_UNWRITTEN_DATASETS =
      """
      UPDATE dataset d SET state = u.state, ts_upd = $4
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u(wfuuid, source, state)
      WHERE d.wfuuid = u.wfuuid AND d.source = u.source AND d.state = 'expected'
      """;

  static final String READ_JOBS =
      """
      SELECT j.* FROM unnest($1::uuid[]) WITH ORDINALITY AS u(uuid, n)
      JOIN job j ON j.uuid = u.uuid ORDER BY u.n
      """;

  private WorkflowStatements() {}
}
