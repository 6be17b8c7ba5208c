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
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.domain.Hash;

/** Remembers, per caller and key, what a request made, so that its repeat makes nothing. */
@ApplicationScoped
public class IdempotencyStore {

  /** A request with an {@code Idempotency-Key}; {@code text} is all that matters of it. */
  public record Request(String user, String key, String text) {

    String hash() {
      return Hash.sha256(text);
    }
  }

  /** What a request made, now or, if it is a repeat, the first time. */
  public record Made(List<UUID> uuids, boolean repeat) {}

  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
  private static final String FIND =
      "SELECT request_hash, uuids FROM idempotency WHERE usr = $1 AND key = $2";
  // A key is remembered for a week; each new one takes some old ones along.
  private static final String ADD =
      """
      WITH old AS (
        SELECT usr, key FROM idempotency WHERE created_at < now() - interval '7 days'
        ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM idempotency i USING old WHERE i.usr = old.usr AND i.key = old.key
      )
      INSERT INTO idempotency (usr, key, request_hash, uuids) VALUES ($1, $2, $3, $4)
      """;

  private final Pool pool;

  IdempotencyStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * What the request made the first time, if it did; else what the work makes. A repeat need not be
   * possible any more: what it asks for may be gone by now.
   */
  public Uni<Made> earlierOr(@Nullable Request request, Supplier<Uni<Made>> work) {
    if (request == null) {
      return work.get();
    }
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(request.user(), request.key()))
        .flatMap(
            rows -> rows.size() == 0 ? work.get() : Uni.createFrom().item(made(request, rows)));
  }

  /** Does the work, or answers with what it made the first time. */
  public Uni<Made> once(
      SqlConnection sql, @Nullable Request request, Supplier<Uni<List<UUID>>> work) {
    if (request == null) {
      return work.get().map(uuids -> new Made(uuids, false));
    }
    // The lock makes a repeat that comes at the same time wait for the first one's commit.
    return sql.preparedQuery(LOCK)
        .execute(Tuple.of(request.user() + "\n" + request.key()))
        .chain(() -> sql.preparedQuery(FIND).execute(Tuple.of(request.user(), request.key())))
        .flatMap(
            rows ->
                rows.size() == 0
                    ? work.get()
                        .call(uuids -> add(sql, request, uuids))
                        .map(uuids -> new Made(uuids, false))
                    : Uni.createFrom().item(made(request, rows)));
  }

  private static Made made(Request request, RowSet<Row> rows) {
    Row row = rows.iterator().next();
    if (!row.getString("request_hash").equals(request.hash())) {
      throw new ProblemException(
          CommonProblem.CONFLICT,
          "The Idempotency-Key " + request.key() + " was used for another request.");
    }
    return new Made(Arrays.asList(row.getArrayOfUUIDs("uuids")), true);
  }

  private static Uni<Void> add(SqlConnection sql, Request request, List<UUID> uuids) {
    return sql.preparedQuery(ADD)
        .execute(
            Tuple.of(request.user(), request.key(), request.hash(), uuids.toArray(UUID[]::new)))
        .replaceWithVoid();
  }
}
