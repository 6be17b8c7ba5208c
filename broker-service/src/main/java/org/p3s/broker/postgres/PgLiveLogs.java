package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.LiveLogs;
import org.p3s.platform.sql.RowValues;

/**
 * Live logs in SQL: one statement for each call, because the log of a followed job is written twice
 * a second.
 */
@ApplicationScoped
class PgLiveLogs implements LiveLogs {

  private static final String NOTE_FOLLOWER =
      """
      WITH before AS (SELECT FROM log_follower WHERE job = $1 AND until > now()),
      noted AS (
        INSERT INTO log_follower (job, until) VALUES ($1, now() + $2 * interval '1 second')
        ON CONFLICT (job) DO UPDATE SET until = greatest(log_follower.until, excluded.until)
        RETURNING job)
      SELECT pg_notify('p3s_broker_job', job::text) FROM noted
      WHERE NOT EXISTS (SELECT FROM before)
      """;

  // Bytes that overlap the kept ones are a repeat. After a gap, or with another lease, the new
  // bytes replace what was kept.
  private static final String APPEND =
      """
      WITH held AS (
        SELECT uuid, lease, state, stop, CASE WHEN stop THEN withdrawn END AS why FROM job
        WHERE uuid = $1 AND lease = $2 AND pilot = $3 AND state IN ('dispatched', 'running')),
      sent AS (
        SELECT * FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS s(stream, starts, data)),
      stored AS (
        INSERT INTO live_log AS l (job, stream, lease, ends_at, tail, last, updated_at)
        SELECT h.uuid, s.stream, h.lease, s.starts + length(s.data), s.data, $7, now()
        FROM held h, sent s ORDER BY s.stream
        ON CONFLICT (job, stream) DO UPDATE SET
          lease = excluded.lease, ends_at = excluded.ends_at, last = excluded.last, updated_at = now(),
          tail = CASE
            WHEN l.lease = excluded.lease AND excluded.ends_at - length(excluded.tail)
              BETWEEN l.ends_at - length(l.tail) AND l.ends_at
            THEN last_bytes(l.tail || substring(excluded.tail FROM
              (l.ends_at - excluded.ends_at + length(excluded.tail) + 1)::int), $8)
            ELSE excluded.tail END
        WHERE l.lease < excluded.lease OR l.lease = excluded.lease
          AND (l.ends_at < excluded.ends_at OR l.ends_at = excluded.ends_at AND excluded.last)
        RETURNING job),
      notified AS (SELECT pg_notify('p3s_broker_job', job::text) FROM (SELECT DISTINCT job FROM stored) p)
      SELECT h.state, h.stop, h.why,
        EXISTS (SELECT FROM log_follower f WHERE f.job = h.uuid AND f.until > now()) AS follow,
        (SELECT count(*) FROM notified) AS notified
      FROM held h
      """;

  private static final String LIVE_JOB = "SELECT state, attempt, lease FROM job WHERE uuid = $1";

  private static final String TAILS =
      """
      SELECT stream, lease, last, greatest(starts, wanted_from) AS starts,
        substring(tail FROM greatest(wanted_from - starts, 0)::int + 1) AS tail
      FROM (SELECT *, ends_at - length(tail) AS starts,
              CASE stream WHEN 'stdout' THEN $2::bigint ELSE $3::bigint END AS wanted_from
            FROM live_log WHERE job = $1) t
      WHERE ends_at >= wanted_from ORDER BY stream
      """;

  private static final String DELETE_UNFOLLOWED =
      """
      WITH expired AS (DELETE FROM log_follower WHERE until < now() - interval '30 seconds')
      DELETE FROM live_log l WHERE l.updated_at < now() - interval '30 seconds' AND NOT EXISTS (
        SELECT FROM job j JOIN log_follower f ON f.job = j.uuid
        WHERE j.uuid = l.job AND j.lease = l.lease AND f.until > now())
      """;

  private final Pool pool;

  PgLiveLogs(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Void> noteFollower(UUID job, int seconds) {
    return pool.preparedQuery(NOTE_FOLLOWER).execute(Tuple.of(job, seconds)).replaceWithVoid();
  }

  @Override
  public Uni<@Nullable HolderInstructions> append(
      UUID job, long lease, UUID pilot, List<Chunk> chunks, boolean last, int most) {
    Tuple values =
        Tuple.tuple()
            .addValue(job)
            .addValue(lease)
            .addValue(pilot)
            .addValue(chunks.stream().map(Chunk::stream).toArray(String[]::new))
            .addValue(chunks.stream().map(Chunk::from).toArray(Long[]::new))
            .addValue(
                chunks.stream()
                    .map(chunk -> io.vertx.core.buffer.Buffer.buffer(chunk.data()))
                    .toArray(io.vertx.core.buffer.Buffer[]::new))
            .addValue(last)
            .addValue(most);
    return pool.preparedQuery(APPEND)
        .execute(values)
        .map(
            rows ->
                RowValues.first(
                    rows,
                    row ->
                        new HolderInstructions(
                            row.getString("state"),
                            row.getBoolean("stop"),
                            row.getString("why"),
                            row.getBoolean("follow"))));
  }

  @Override
  public Uni<@Nullable LiveJob> liveJob(UUID job) {
    return pool.preparedQuery(LIVE_JOB)
        .execute(Tuple.of(job))
        .map(
            rows ->
                RowValues.first(
                    rows,
                    row ->
                        new LiveJob(
                            row.getString("state"),
                            row.getInteger("attempt"),
                            row.getLong("lease"))));
  }

  @Override
  public Uni<List<Tail>> tails(UUID job, long stdoutFrom, long stderrFrom) {
    return pool.preparedQuery(TAILS)
        .execute(Tuple.of(job, stdoutFrom, stderrFrom))
        .map(rows -> RowValues.list(rows, PgLiveLogs::tail));
  }

  private static Tail tail(Row row) {
    Buffer bytes = row.getBuffer("tail");
    return new Tail(
        row.getString("stream"),
        row.getLong("lease"),
        row.getLong("starts"),
        bytes.getBytes(),
        row.getBoolean("last"));
  }

  @Override
  public Uni<Void> deleteUnfollowed() {
    return pool.query(DELETE_UNFOLLOWED).execute().replaceWithVoid();
  }
}
