package org.p3s.workflow.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.p3s.workflow.domain.DatasetState;

/** The statements that store the broker's events about jobs, each for a whole batch. */
final class JobEventStatements {

  // Events about progress must not be stored in the middle of a transaction that advances the same
  // workflow, but several of them may be stored at the same time.
  static final String LOCK_WORKFLOWS_SHARED =
      "SELECT FROM workflow WHERE uuid = ANY($1::uuid[]) ORDER BY uuid FOR SHARE";

  // A transaction that changes many jobs locks them in this order first.
  static final String LOCK_JOBS =
      "SELECT FROM job WHERE uuid = ANY($1::uuid[]) ORDER BY uuid FOR NO KEY UPDATE";

  // The end of an attempt that was stored before, or is outdated, finds no job to update.
  static final String STORE_ENDS =
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

  // Which end states are retried is decided in RetryPolicy. Both this and the end of the attempt
  // are written in one transaction, so that nobody sees the job in its end state.
  static final String RETRY_SINGLE_JOBS =
      """
      UPDATE job j
      SET state = 'defined', attempt = j.attempt + 1, errcode = NULL, signal = NULL, reason = NULL,
          pilot = NULL, host = NULL, pid = NULL, host_workdir = NULL, cpu_s = NULL,
          max_rss_kib = NULL, ts_dis = NULL, ts_sta = NULL, ts_sto = NULL
      FROM unnest($1::uuid[], $2::int[]) AS u(uuid, attempt)
      WHERE j.uuid = u.uuid AND j.attempt = u.attempt AND j.wfuuid IS NULL
        AND j.attempt < j.maxattempts AND NOT j.cancelled
        AND j.state = ANY($3::text[])
      RETURNING j.*
      """;

  static final String UPDATE_OUTPUT_FILES =
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
        AND d.state IN (%s)
      """
          .formatted(statesBefore(DatasetState.READY, DatasetState.MISSING));

  // Files from outside lie on edges that leave a noop: the first job that reads such a file reports
  // its state and size.
  static final String UPDATE_INPUT_FILES =
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

  // Of several events about one job the batch takes the newest: the one with the highest lease, and
  // of these the last.
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

  /**
   * The states of a file that may change to one of these states, or that are one of them, as SQL:
   * {@code 'expected', 'ready', 'missing'}.
   */
  static String statesBefore(DatasetState... next) {
    List<DatasetState> targets = List.of(next);
    return Arrays.stream(DatasetState.values())
        .filter(
            state ->
                targets.contains(state) || state.successors().stream().anyMatch(targets::contains))
        .map(state -> "'" + state.text() + "'")
        .collect(Collectors.joining(", "));
  }

  private JobEventStatements() {}
}
