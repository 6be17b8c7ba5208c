package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.Problem;
import org.p3s.platform.http.ProblemException;

/** Remembers, per caller and key, what a request made, so that its repeat makes nothing. */
@ApplicationScoped
public class IdempotencyStore {

  /** A request with an {@code Idempotency-Key}; {@code text} is all that matters of it. */
  public record Request(String user, String key, String text) {}

  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
  private static final String FIND =
      "SELECT request, uuids FROM idempotency WHERE usr = $1 AND key = $2";
  private static final String ADD =
      "INSERT INTO idempotency (usr, key, request, uuids) VALUES ($1, $2, $3, $4)";

  /** Does the work, or answers with what it made the first time. */
  public Uni<List<UUID>> once(
      SqlConnection sql, @Nullable Request request, Supplier<Uni<List<UUID>>> work) {
    if (request == null) {
      return work.get();
    }
    // The lock makes a repeat that comes at the same time wait for the first one's commit.
    return sql.preparedQuery(LOCK)
        .execute(Tuple.of(request.user() + "\n" + request.key()))
        .chain(() -> sql.preparedQuery(FIND).execute(Tuple.of(request.user(), request.key())))
        .flatMap(
            rows -> {
              var found = rows.iterator();
              if (!found.hasNext()) {
                return work.get().call(uuids -> add(sql, request, uuids));
              }
              var row = found.next();
              if (!row.getString("request").equals(request.text())) {
                throw new ProblemException(
                    Problem.CONFLICT,
                    "The Idempotency-Key " + request.key() + " was used for another request.");
              }
              return Uni.createFrom().item(Arrays.asList(row.getArrayOfUUIDs("uuids")));
            });
  }

  private static Uni<Void> add(SqlConnection sql, Request request, List<UUID> uuids) {
    return sql.preparedQuery(ADD)
        .execute(
            Tuple.of(request.user(), request.key(), request.text(), uuids.toArray(UUID[]::new)))
        .replaceWithVoid();
  }
}
