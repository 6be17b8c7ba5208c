package org.p3s.pilots.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.PilotHeartbeat;

/** Pilots. The reactive client, not Hibernate: beats of thousands are written in one statement. */
@ApplicationScoped
public class PilotStore {

  /** A beat; a null state leaves the one it had. */
  public record Beat(
      UUID pilot, String state, List<PilotHeartbeat.Held> jobs, int jobcount, Instant at) {}

  /** What {@link #list} is asked for; null does not filter. */
  public record Filter(
      List<UUID> uuids, @Nullable String site, @Nullable String host, @Nullable String state) {

    public boolean isEmpty() {
      return uuids.isEmpty() && site == null && host == null && state == null;
    }

    Tuple values() {
      return Tuple.tuple()
          .addValue(uuids.toArray(UUID[]::new))
          .addValue(site)
          .addValue(host)
          .addValue(state);
    }
  }

  private static final String REGISTER =
      """
      INSERT INTO pilot (uuid, site, host, pid, state, status, slots, extra, version, beat_s,
                         ts_cre, ts_reg, ts_lhb)
      VALUES ($1, $2, $3, $4, 'active', 'OK', $5, $6, $7, $8, $9, $9, $9)
      ON CONFLICT (uuid) DO UPDATE SET ts_lhb = $9
        WHERE pilot.ts_end IS NULL AND pilot.site = $2 AND pilot.host = $3 AND pilot.pid = $4
      RETURNING *
      """;

  private static final String BEAT =
      """
      UPDATE pilot p
      SET ts_lhb = b.at, jobs = b.jobs, jobcount = b.jobcount,
          state = CASE WHEN p.command = 'drain' THEN 'draining' ELSE b.state END
      FROM (SELECT DISTINCT ON (uuid) *
            FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::int[], $5::timestamptz[])
              WITH ORDINALITY AS u(uuid, state, jobs, jobcount, at, n)
            ORDER BY uuid, n DESC) b
      WHERE p.uuid = b.uuid AND p.ts_end IS NULL
      RETURNING p.*
      """;

  private static final String END =
      """
      UPDATE pilot p SET state = $2, reason = $4, ts_end = $5,
        status = CASE WHEN p.command = 'stop' AND $2 = 'stopped' THEN 'KILL' ELSE $3 END
      FROM unnest($1::uuid[], $6::timestamptz[]) AS e(uuid, heard)
      WHERE p.uuid = e.uuid AND p.ts_end IS NULL AND (e.heard IS NULL OR p.ts_lhb = e.heard)
      RETURNING p.*
      """;

  private static final String SILENT =
      """
      SELECT * FROM pilot
      WHERE ts_end IS NULL AND ts_lhb < $1
        AND ts_lhb < $1::timestamptz - make_interval(secs => (beat_s - 1) * $2::int)
      """;

  private static final String LIST =
      """
      SELECT * FROM pilot
      WHERE (cardinality($1::uuid[]) = 0 OR uuid = ANY($1::uuid[])) AND ($2::text IS NULL OR site = $2)
        AND ($3::text IS NULL OR host = $3) AND ($4::text IS NULL OR state = $4)
        AND ($5::uuid IS NULL OR uuid < $5)
      ORDER BY uuid DESC LIMIT $6
      """;

  // A pilot that is told to stop is not told to take its time.
  private static final String COMMANDED =
      """
      WHERE ts_end IS NULL AND (cardinality($1::uuid[]) = 0 OR uuid = ANY($1::uuid[]))
        AND ($2::text IS NULL OR site = $2) AND ($3::text IS NULL OR host = $3)
        AND ($4::text IS NULL OR state = $4)
        AND ($5::text = 'stop' OR command IS DISTINCT FROM 'stop')
      """;

  private static final String COMMAND =
      "UPDATE pilot SET command = $5,"
          + " state = CASE WHEN $5 = 'drain' THEN 'draining' ELSE state END "
          + COMMANDED
          + " RETURNING *";

  private final Pool pool;

  PilotStore(Pool pool) {
    this.pool = pool;
  }

  /** Null if a pilot with that uuid is known and is another one, or ended. */
  public Uni<@Nullable PilotRow> register(
      SqlConnection sql,
      UUID uuid,
      String site,
      String host,
      long pid,
      int slots,
      @Nullable String extra,
      @Nullable String version,
      int beatSeconds,
      Instant now) {
    return sql.preparedQuery(REGISTER)
        .execute(
            Tuple.from(
                java.util.Arrays.asList(
                    uuid,
                    site,
                    host,
                    pid,
                    slots,
                    extra,
                    version,
                    beatSeconds,
                    now.atOffset(ZoneOffset.UTC))))
        .map(rows -> rows.stream().map(PilotRow::of).findFirst().orElse(null));
  }

  /** Writes all beats of a moment; pilots that ended are not in the answer. */
  public Uni<Map<UUID, PilotRow>> beat(List<Beat> beats) {
    int n = beats.size();
    UUID[] uuids = new UUID[n];
    String[] states = new String[n];
    JsonArray[] jobs = new JsonArray[n];
    Integer[] counts = new Integer[n];
    java.time.OffsetDateTime[] times = new java.time.OffsetDateTime[n];
    for (int i = 0; i < n; i++) {
      Beat beat = beats.get(i);
      uuids[i] = beat.pilot();
      states[i] = beat.state();
      jobs[i] = PilotRow.json(beat.jobs());
      counts[i] = beat.jobcount();
      times[i] = beat.at().atOffset(ZoneOffset.UTC);
    }
    return pool.preparedQuery(BEAT)
        .execute(Tuple.of(uuids, states, jobs, counts, times))
        .map(
            rows -> {
              Map<UUID, PilotRow> alive = new HashMap<>();
              all(rows).forEach(pilot -> alive.put(pilot.uuid(), pilot));
              return alive;
            });
  }

  /**
   * Ends pilots that live.
   *
   * @param heard per pilot its last beat as the caller saw it, and one that beat since is left
   *     alone; null to end it whatever it did
   */
  public Uni<List<PilotRow>> end(
      SqlConnection sql,
      List<UUID> uuids,
      String state,
      String status,
      String reason,
      Instant now,
      List<@Nullable Instant> heard) {
    return sql.preparedQuery(END)
        .execute(
            Tuple.from(
                List.of(
                    uuids.toArray(UUID[]::new),
                    state,
                    status,
                    reason,
                    now.atOffset(ZoneOffset.UTC),
                    times(heard))))
        .map(PilotStore::all);
  }

  /**
   * Pilots silent for all their missed beats.
   *
   * @param time before which a pilot that beats once per second would have to be silent
   * @param missed beats; slower pilots are silent by so much longer, which keeps those that wait
   *     for their next beat out of the answer
   */
  public Uni<List<PilotRow>> silentSince(Instant time, int missed) {
    return pool.preparedQuery(SILENT)
        .execute(Tuple.of(time.atOffset(ZoneOffset.UTC), missed))
        .map(PilotStore::all);
  }

  public Uni<List<PilotRow>> list(Filter filter, @Nullable UUID after, int limit) {
    return pool.preparedQuery(LIST)
        .execute(filter.values().addValue(after).addValue(limit))
        .map(PilotStore::all);
  }

  /** Notes what the pilots chosen are to be told; returns them. */
  public Uni<List<PilotRow>> command(SqlConnection sql, Filter filter, String command) {
    return sql.preparedQuery(COMMAND).execute(filter.values().addValue(command)).map(PilotStore::all);
  }

  /** How many pilots would be told. */
  public Uni<Integer> count(Filter filter, String command) {
    return pool.preparedQuery("SELECT count(*)::int FROM pilot " + COMMANDED)
        .execute(filter.values().addValue(command))
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  /** Living pilots by state. */
  public Uni<Map<String, Long>> count() {
    return pool.query("SELECT state, count(*) AS n FROM pilot WHERE ts_end IS NULL GROUP BY state")
        .execute()
        .map(
            rows -> {
              Map<String, Long> counts = new HashMap<>();
              rows.forEach(row -> counts.put(row.getString("state"), row.getLong("n")));
              return counts;
            });
  }

  private static java.time.@Nullable OffsetDateTime[] times(List<@Nullable Instant> instants) {
    return instants.stream()
        .map(instant -> instant == null ? null : instant.atOffset(ZoneOffset.UTC))
        .toArray(java.time.OffsetDateTime[]::new);
  }

  private static List<PilotRow> all(RowSet<Row> rows) {
    return rows.stream().map(PilotRow::of).toList();
  }
}
