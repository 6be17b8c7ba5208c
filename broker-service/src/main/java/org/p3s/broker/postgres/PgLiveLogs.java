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

/**
 * Live logs in SQL: one statement each, because a log that is followed is written twice a second.
 */
@ApplicationScoped
class PgLiveLogs implements LiveLogs {

  private static final String WANT =
      """
      WITH before AS (SELECT FROM log_follow WHERE job = $1 AND until > now()),
      wanted AS (
        INSERT INTO log_follow (job, until) VALUES ($1, now() + $2 * interval '1 second')
        ON CONFLICT (job) DO UPDATE SET until = greatest(log_follow.until, excluded.until)
        RETURNING job)
      SELECT pg_notify('p3s_broker_job', job::text) FROM wanted
      WHERE NOT EXISTS (SELECT FROM before)
      """;

  // Bytes that overlap the kept ones are a repeat; a gap, or another lease, starts anew.
  private static final String APPEND =
      """
      WITH held AS (
        SELECT uuid, lease, state, stop, CASE WHEN stop THEN withdrawn END AS why FROM job
        WHERE uuid = $1 AND lease = $2 AND pilot = $3 AND state IN ('dispatched', 'running')),
      said AS (
        SELECT * FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS s(stream, starts, data)),
      put AS (
        INSERT INTO live_log AS l (job, stream, lease, ends_at, tail, last, at)
        SELECT h.uuid, s.stream, h.lease, s.starts + length(s.data), s.data, $7, now()
        FROM held h, said s ORDER BY s.stream
        ON CONFLICT (job, stream) DO UPDATE SET
          lease = excluded.lease, ends_at = excluded.ends_at, last = excluded.last, at = now(),
          tail = CASE
            WHEN l.lease = excluded.lease AND excluded.ends_at - length(excluded.tail)
              BETWEEN l.ends_at - length(l.tail) AND l.ends_at
            THEN right_bytes(l.tail || substring(excluded.tail FROM
              (l.ends_at - excluded.ends_at + length(excluded.tail) + 1)::int), $8)
            ELSE excluded.tail END
        WHERE l.lease < excluded.lease OR l.lease = excluded.lease
          AND (l.ends_at < excluded.ends_at OR l.ends_at = excluded.ends_at AND excluded.last)
        RETURNING job),
      told AS (SELECT pg_notify('p3s_broker_job', job::text) FROM (SELECT DISTINCT job FROM put) p)
      SELECT h.state, h.stop, h.why,
        EXISTS (SELECT FROM log_follow f WHERE f.job = h.uuid AND f.until > now()) AS follow,
        (SELECT count(*) FROM told) AS told
      FROM held h
      """;

  private static final String STAND = "SELECT state, attempt, lease FROM job WHERE uuid = $1";

  private static final String TAILS =
      """
      SELECT stream, lease, last, greatest(starts, wanted) AS starts,
        substring(tail FROM greatest(wanted - starts, 0)::int + 1) AS tail
      FROM (SELECT *, ends_at - length(tail) AS starts,
              CASE stream WHEN 'stdout' THEN $2::bigint ELSE $3::bigint END AS wanted
            FROM live_log WHERE job = $1) t
      WHERE ends_at >= wanted ORDER BY stream
      """;

  private static final String FORGET =
      """
      WITH over AS (DELETE FROM log_follow WHERE until < now() - interval '30 seconds')
      DELETE FROM live_log l WHERE l.at < now() - interval '30 seconds' AND NOT EXISTS (
        SELECT FROM job j JOIN log_follow f ON f.job = j.uuid
        WHERE j.uuid = l.job AND j.lease = l.lease AND f.until > now())
      """;

  private final Pool pool;

  PgLiveLogs(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Void> want(UUID job, int seconds) {
    return pool.preparedQuery(WANT).execute(Tuple.of(job, seconds)).replaceWithVoid();
  }

  @Override
  public Uni<@Nullable Answer> append(
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
                Rows.first(
                    rows,
                    row ->
                        new Answer(
                            row.getString("state"),
                            row.getBoolean("stop"),
                            row.getString("why"),
                            row.getBoolean("follow"))));
  }

  @Override
  public Uni<@Nullable Stand> stand(UUID job) {
    return pool.preparedQuery(STAND)
        .execute(Tuple.of(job))
        .map(
            rows ->
                Rows.first(
                    rows,
                    row ->
                        new Stand(
                            row.getString("state"),
                            row.getInteger("attempt"),
                            row.getLong("lease"))));
  }

  @Override
  public Uni<List<Tail>> tails(UUID job, long stdoutFrom, long stderrFrom) {
    return pool.preparedQuery(TAILS)
        .execute(Tuple.of(job, stdoutFrom, stderrFrom))
        .map(rows -> Rows.list(rows, PgLiveLogs::tail));
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
  public Uni<Void> forget() {
    return pool.query(FORGET).execute().replaceWithVoid();
  }
}
