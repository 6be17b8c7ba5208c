package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.app.IdempotencyStore;

/** Idempotency keys in PostgreSQL. */
@ApplicationScoped
class PgIdempotencyStore implements IdempotencyStore {

  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
  private static final String FIND =
      "SELECT request_hash, uuids FROM idempotency WHERE usr = $1 AND key = $2";
  // Each new key deletes some keys that are older than a week.
  private static final String ADD =
      """
      WITH old AS (
        SELECT usr, key FROM idempotency WHERE created_at < now() - interval '7 days'
        ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED
      ), deleted AS (
        DELETE FROM idempotency i USING old WHERE i.usr = old.usr AND i.key = old.key
      )
      INSERT INTO idempotency (usr, key, request_hash, uuids) VALUES ($1, $2, $3, $4)
      """;

  private final Pool pool;

  PgIdempotencyStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Made> findOrElse(@Nullable KeyedRequest request, Supplier<Uni<Made>> work) {
    if (request == null) {
      return work.get();
    }
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(request.user(), request.key()))
        .flatMap(
            rows ->
                rows.size() == 0 ? work.get() : Uni.createFrom().item(madeBefore(request, rows)));
  }

  @Override
  public Uni<Made> runOnce(Tx tx, @Nullable KeyedRequest request, Supplier<Uni<List<UUID>>> work) {
    if (request == null) {
      return work.get().map(uuids -> new Made(uuids, false));
    }
    SqlConnection sql = tx.sql();
    return sql.preparedQuery(LOCK)
        .execute(Tuple.of(request.user() + "\n" + request.key()))
        .chain(() -> sql.preparedQuery(FIND).execute(Tuple.of(request.user(), request.key())))
        .flatMap(
            rows ->
                rows.size() == 0
                    ? work.get()
                        .call(uuids -> add(sql, request, uuids))
                        .map(uuids -> new Made(uuids, false))
                    : Uni.createFrom().item(madeBefore(request, rows)));
  }

  private static Made madeBefore(KeyedRequest request, RowSet<Row> rows) {
    Row row = rows.iterator().next();
    if (!row.getString("request_hash").equals(request.contentHash())) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The Idempotency-Key " + request.key() + " was used for another request.");
    }
    return new Made(Arrays.asList(row.getArrayOfUUIDs("uuids")), true);
  }

  private static Uni<Void> add(SqlConnection sql, KeyedRequest request, List<UUID> uuids) {
    return sql.preparedQuery(ADD)
        .execute(
            Tuple.of(
                request.user(), request.key(), request.contentHash(), uuids.toArray(UUID[]::new)))
        .replaceWithVoid();
  }
}
