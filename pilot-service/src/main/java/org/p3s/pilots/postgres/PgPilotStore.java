package org.p3s.pilots.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.app.PilotSelection;
import org.p3s.pilots.app.PilotStore;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotCommand;
import org.p3s.pilots.domain.PilotState;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;
import org.p3s.platform.sql.RowValues;

/**
 * Pilots in PostgreSQL. Uses the reactive client, not Hibernate: one statement writes the
 * heartbeats of thousands of pilots.
 */
@ApplicationScoped
class PgPilotStore implements PilotStore {

  private static final String REGISTER =
      """
      INSERT INTO pilot (uuid, site, host, pid, state, status, slots, extra, version, beat_s,
                         ts_cre, ts_reg, ts_lhb)
      VALUES ($1, $2, $3, $4, 'active', 'OK', $5, $6, $7, $8, $9, $9, $9)
      ON CONFLICT (uuid) DO UPDATE SET ts_lhb = $9
        WHERE pilot.ts_end IS NULL AND pilot.site = $2 AND pilot.host = $3 AND pilot.pid = $4
      RETURNING *
      """;

  // Of several heartbeats of one pilot in a batch the last one counts.
  private static final String HEARTBEAT =
      """
      UPDATE pilot p
      SET ts_lhb = b.at, jobs = b.jobs, jobcount = b.jobcount,
          state = CASE WHEN %s THEN b.state ELSE p.state END
      FROM (SELECT DISTINCT ON (uuid) *
            FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::int[], $5::timestamptz[])
              WITH ORDINALITY AS u(uuid, state, jobs, jobcount, at, n)
            ORDER BY uuid, n DESC) b
      WHERE p.uuid = b.uuid AND p.ts_end IS NULL
      RETURNING p.*
      """
          .formatted(TransitionSql.heartbeatChanges("p.state", "b.state"));

  private static final String END =
      """
      UPDATE pilot p SET state = $3, reason = $5, ts_end = $6,
        status = CASE WHEN p.command = 'stop' AND $3 = 'stopped' THEN 'KILL' ELSE $4 END
      FROM unnest($1::uuid[], $2::timestamptz[]) AS e(uuid, last_heartbeat)
      WHERE p.uuid = e.uuid AND p.ts_end IS NULL
        AND (e.last_heartbeat IS NULL OR p.ts_lhb = e.last_heartbeat)
        AND %s
      RETURNING p.*
      """
          .formatted(TransitionSql.mayFollow("p.state", "$3::text"));

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

  // A pilot that is to stop does not get the weaker command to drain.
  private static final String SELECTED_FOR_COMMAND =
      """
      WHERE ts_end IS NULL AND (cardinality($1::uuid[]) = 0 OR uuid = ANY($1::uuid[]))
        AND ($2::text IS NULL OR site = $2) AND ($3::text IS NULL OR host = $3)
        AND ($4::text IS NULL OR state = $4)
        AND ($5::text = 'stop' OR command IS DISTINCT FROM 'stop')
      """;

  private static final String COMMAND =
      "UPDATE pilot SET command = $5, state = CASE WHEN $5 = 'drain' AND "
          + TransitionSql.mayFollow("state", "'draining'")
          + " THEN 'draining' ELSE state END "
          + SELECTED_FOR_COMMAND
          + " RETURNING *";

  private static final String COUNT_ALIVE =
      "SELECT state, count(*) AS n FROM pilot WHERE ts_end IS NULL GROUP BY state";

  // Rows that another replica is deleting are left to it.
  private static final String DELETE_ENDED =
      """
      DELETE FROM pilot WHERE uuid IN (
        SELECT uuid FROM pilot WHERE ts_end < $1 ORDER BY ts_end LIMIT $2 FOR UPDATE SKIP LOCKED)
      """;

  private final Pool pool;

  PgPilotStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<@Nullable Pilot> register(Tx tx, NewPilot pilot, Instant now) {
    return tx.sql()
        .preparedQuery(REGISTER)
        .execute(
            Tuple.from(
                Arrays.asList(
                    pilot.uuid(),
                    pilot.site(),
                    pilot.host(),
                    pilot.pid(),
                    pilot.slots(),
                    pilot.extra(),
                    pilot.version(),
                    (int) pilot.heartbeatPeriod().toSeconds(),
                    RowValues.time(now))))
        .map(rows -> RowValues.first(rows, PilotRows::pilot));
  }

  @Override
  public Uni<Map<UUID, Pilot>> storeHeartbeats(List<Heartbeat> heartbeats) {
    Tuple columns =
        new ColumnArrays<>(heartbeats)
            .add(UUID[]::new, Heartbeat::pilot)
            .add(String[]::new, heartbeat -> heartbeat.state().text())
            .add(JsonArray[]::new, heartbeat -> PilotRows.json(heartbeat.jobs()))
            .add(Integer[]::new, Heartbeat::jobcount)
            .add(OffsetDateTime[]::new, heartbeat -> RowValues.time(heartbeat.at()))
            .tuple();
    return pool.preparedQuery(HEARTBEAT)
        .execute(columns)
        .map(
            rows -> {
              Map<UUID, Pilot> alive = new HashMap<>();
              rows.forEach(row -> alive.put(row.getUUID("uuid"), PilotRows.pilot(row)));
              return alive;
            });
  }

  @Override
  public Uni<List<Pilot>> end(Tx tx, List<PilotToEnd> pilots, End end, Instant now) {
    Tuple parameters =
        new ColumnArrays<>(pilots)
            .add(UUID[]::new, PilotToEnd::pilot)
            .add(OffsetDateTime[]::new, pilot -> RowValues.timeOrNull(pilot.lastHeartbeat()))
            .tuple()
            .addValue(end.state().text())
            .addValue(end.status().name())
            .addValue(end.reason())
            .addValue(RowValues.time(now));
    return tx.sql()
        .preparedQuery(END)
        .execute(parameters)
        .map(rows -> RowValues.list(rows, PilotRows::pilot));
  }

  @Override
  public Uni<List<Pilot>> silentSince(Instant time, int missed) {
    return pool.preparedQuery(SILENT)
        .execute(Tuple.of(RowValues.time(time), missed))
        .map(rows -> RowValues.list(rows, PilotRows::pilot));
  }

  @Override
  public Uni<List<Pilot>> list(PilotSelection selection, @Nullable UUID after, int limit) {
    return pool.preparedQuery(LIST)
        .execute(values(selection).addValue(after).addValue(limit))
        .map(rows -> RowValues.list(rows, PilotRows::pilot));
  }

  @Override
  public Uni<List<Pilot>> command(Tx tx, PilotSelection selection, PilotCommand command) {
    return tx.sql()
        .preparedQuery(COMMAND)
        .execute(values(selection).addValue(command.text()))
        .map(rows -> RowValues.list(rows, PilotRows::pilot));
  }

  @Override
  public Uni<Integer> countForCommand(PilotSelection selection, PilotCommand command) {
    return pool.preparedQuery("SELECT count(*)::int FROM pilot " + SELECTED_FOR_COMMAND)
        .execute(values(selection).addValue(command.text()))
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  @Override
  public Uni<Map<PilotState, Long>> countAliveByState() {
    return pool.query(COUNT_ALIVE)
        .execute()
        .map(
            rows -> {
              Map<PilotState, Long> counts = new HashMap<>();
              rows.forEach(
                  row -> counts.put(PilotRows.state(row.getString("state")), row.getLong("n")));
              return counts;
            });
  }

  @Override
  public Uni<Integer> deleteEndedBefore(Instant time, int limit) {
    return pool.preparedQuery(DELETE_ENDED)
        .execute(Tuple.of(RowValues.time(time), limit))
        .map(RowSet::rowCount);
  }

  private static Tuple values(PilotSelection selection) {
    return Tuple.tuple()
        .addValue(selection.uuids().toArray(UUID[]::new))
        .addValue(selection.site())
        .addValue(selection.host())
        .addValue(selection.state());
  }
}
