package org.p3s.platform.outbox;

import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;

/**
 * Transactional outbox: events are stored in the transaction of the state they report and leave for
 * Kafka after its commit, at least once and in order per key.
 *
 * <p>Uses the reactive client, not Hibernate: it is on every hot path and inserts in sets.
 */
@ApplicationScoped
public class Outbox {

  private static final String INSERT =
      """
      INSERT INTO outbox (event_id, topic, key, type, payload)
      SELECT id, topic, key, type, payload
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
        WITH ORDINALITY AS e(id, topic, key, type, payload, n)
      ORDER BY n
      """;

  private final Pool pool;
  private final OutboxRelay relay;

  Outbox(Pool pool, OutboxRelay relay) {
    this.pool = pool;
    this.relay = relay;
  }

  /**
   * Runs work in one transaction, stores the events that it emitted, commits, and wakes the relay.
   *
   * <p>The transaction runs to its end even if the caller cancels, for instance because its client
   * closed the connection.
   */
  public <T> Uni<T> transact(Function<Tx, Uni<T>> work) {
    return Uni.createFrom()
        .emitter(emitter -> inTransaction(work).subscribe().with(emitter::complete, emitter::fail));
  }

  private <T> Uni<T> inTransaction(Function<Tx, Uni<T>> work) {
    return pool.getConnection()
        .flatMap(
            connection -> {
              Tx tx = new Tx(connection);
              // BEGIN and COMMIT are pipelined with their neighbours; each saves a round trip.
              tx.pipeline(connection.query("BEGIN").execute().replaceWithVoid());
              return Uni.createFrom()
                  .deferred(() -> work.apply(tx))
                  .call(
                      () -> {
                        tx.pipeline(store(tx));
                        tx.pipeline(commit(tx));
                        return all(tx.sent());
                      })
                  .onFailure(Outbox::isAbortedByEarlierFailure)
                  .recoverWithUni(
                      aborted -> all(tx.sent()).chain(() -> Uni.createFrom().failure(aborted)))
                  .onFailure()
                  .call(() -> rollback(connection))
                  .onTermination()
                  .call(connection::close)
                  .invoke(() -> wakeRelay(tx.events()));
            });
  }

  /** "Current transaction is aborted": an earlier statement has the real reason. */
  private static boolean isAbortedByEarlierFailure(Throwable failure) {
    return failure instanceof PgException pg && "25P02".equals(pg.getSqlState());
  }

  /** Fails with the first failure among them. */
  private static Uni<Void> all(List<Uni<Void>> actions) {
    return Uni.join()
        .all(actions)
        .andCollectFailures()
        .replaceWithVoid()
        .onFailure(CompositeException.class)
        .transform(several -> ((CompositeException) several).getCauses().get(0));
  }

  /** A COMMIT alone rolls a failed transaction back without an error; the SELECT makes it fail. */
  private static Uni<Void> commit(Tx tx) {
    return tx.sql().query("SELECT 1; COMMIT").execute().replaceWithVoid();
  }

  private static Uni<Void> rollback(SqlConnection connection) {
    return connection.query("ROLLBACK").execute().replaceWithVoid().onFailure().recoverWithNull();
  }

  private void wakeRelay(List<Event> committed) {
    if (committed.stream().anyMatch(event -> !EventType.of(event).isDeferrable())) {
      relay.wake();
    } else if (!committed.isEmpty()) {
      relay.wakeSoon();
    }
  }

  private static Uni<Void> store(Tx tx) {
    List<Event> events = tx.events();
    if (events.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    int n = events.size();
    UUID[] ids = new UUID[n];
    String[] topics = new String[n];
    String[] keys = new String[n];
    String[] types = new String[n];
    String[] payloads = new String[n];
    for (int i = 0; i < n; i++) {
      EventType type = EventType.of(events.get(i));
      ids[i] = Ids.next();
      topics[i] = type.topic();
      keys[i] = events.get(i).key();
      types[i] = type.type();
      payloads[i] = JsonCodec.write(events.get(i));
    }
    return tx.sql()
        .preparedQuery(INSERT)
        .execute(Tuple.of(ids, topics, keys, types, payloads))
        .replaceWithVoid();
  }
}
