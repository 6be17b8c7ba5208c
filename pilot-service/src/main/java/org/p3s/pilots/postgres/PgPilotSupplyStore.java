package org.p3s.pilots.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.p3s.pilots.app.PilotSupplyStore;
import org.p3s.pilots.domain.PilotSupply;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.RowValues;

/**
 * Starts of pilots in PostgreSQL. Uses the reactive client, for the lock and the set statements.
 */
@ApplicationScoped
class PgPilotSupplyStore implements PilotSupplyStore {

  private static final String IS_DUE =
      """
      s.provider IS NOT NULL AND (c.checked_at IS NULL
        OR c.checked_at <= $1::timestamptz - make_interval(secs => s.pilotperiod))
      """;

  private static final String DUE =
      "SELECT s.name FROM site s LEFT JOIN pilot_supply c ON c.site = s.name WHERE "
          + IS_DUE
          + " ORDER BY s.name";

  // The schema is part of the key: advisory locks are shared by the whole database.
  private static final String LOCK =
      """
      SELECT pg_try_advisory_xact_lock(
        hashtextextended(current_schema() || ' pilot supply ' || $1::text, 0)) AS locked
      """;

  // One statement, so that a pilot that registers meanwhile is not counted twice or not at all.
  private static final String READ =
      """
      WITH alive AS MATERIALIZED (
        SELECT count(*)::int AS n FROM pilot WHERE site = $2 AND ts_end IS NULL)
      SELECT s.provider, s.pilots, alive.n AS alive, c.failures, c.failed_at, t.id, t.started_at,
             EXISTS (SELECT FROM pilot p WHERE p.site = t.site AND p.extra = t.id) AS registered
      FROM alive, site s
        LEFT JOIN pilot_supply c ON c.site = s.name
        LEFT JOIN pilot_start t ON t.site = s.name
      WHERE s.name = $2 AND
      """
          + IS_DUE;

  private static final String STORE_CHECK =
      """
      INSERT INTO pilot_supply (site, checked_at, failures, failed_at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (site) DO UPDATE SET checked_at = $2, failures = $3, failed_at = $4
      """;

  private static final String ADD_STARTS =
      "INSERT INTO pilot_start (site, id, started_at) SELECT $1, id, $3 FROM unnest($2::text[]) id";

  private static final String REMOVE_STARTS =
      "DELETE FROM pilot_start WHERE site = $1 AND id = ANY($2::text[])";

  private final Pool pool;

  PgPilotSupplyStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<List<String>> dueSites(Instant now) {
    return pool.preparedQuery(DUE)
        .execute(Tuple.of(RowValues.time(now)))
        .map(rows -> RowValues.list(rows, row -> row.getString("name")));
  }

  @Override
  public Uni<@Nullable SiteSupply> lockIfDue(Tx tx, String site, Instant now) {
    return tx.sql()
        .preparedQuery(LOCK)
        .execute(Tuple.of(site))
        .map(rows -> rows.iterator().next().getBoolean("locked"))
        .flatMap(
            locked ->
                locked
                    ? tx.sql()
                        .preparedQuery(READ)
                        .execute(Tuple.of(RowValues.time(now), site))
                        .map(rows -> supply(site, rows))
                    : Uni.createFrom().nullItem());
  }

  /** One row per start, or one row without a start. */
  private static @Nullable SiteSupply supply(String site, RowSet<Row> rows) {
    List<PilotSupply.Start> starts = new ArrayList<>();
    Row first = null;
    for (Row row : rows) {
      first = row;
      String id = row.getString("id");
      if (id != null) {
        starts.add(
            new PilotSupply.Start(
                id, RowValues.instant(row, "started_at"), row.getBoolean("registered")));
      }
    }
    return first == null
        ? null
        : new SiteSupply(
            site,
            first.getString("provider"),
            first.getInteger("pilots"),
            first.getInteger("alive"),
            starts,
            failures(first));
  }

  private static PilotSupply.Failures failures(Row row) {
    Instant last = RowValues.instantOrNull(row, "failed_at");
    return last == null
        ? PilotSupply.Failures.NONE
        : new PilotSupply.Failures(Objects.requireNonNull(row.getInteger("failures")), last);
  }

  @Override
  public Uni<Void> storeCheck(Tx tx, String site, PilotSupply.Failures failures, Instant now) {
    Instant last = failures.count() == 0 ? null : failures.last();
    return tx.sql()
        .preparedQuery(STORE_CHECK)
        .execute(Tuple.of(site, RowValues.time(now), failures.count(), RowValues.timeOrNull(last)))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> addStarts(Tx tx, String site, Collection<String> ids, Instant now) {
    return ids.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.sql()
            .preparedQuery(ADD_STARTS)
            .execute(Tuple.of(site, ids.toArray(String[]::new), RowValues.time(now)))
            .replaceWithVoid();
  }

  @Override
  public Uni<Void> removeStarts(Tx tx, String site, Collection<String> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.sql()
            .preparedQuery(REMOVE_STARTS)
            .execute(Tuple.of(site, ids.toArray(String[]::new)))
            .replaceWithVoid();
  }
}
