package org.p3s.platform.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.kafka.Publisher;

/**
 * Sends the events of the outbox to Kafka: one relay at a time per service, woken by each commit,
 * with a periodic sweep for events that a crash left behind.
 *
 * <p>The relay that holds the advisory lock reads in identity order, sends, awaits the acks and
 * deletes. Replicas without the lock wake the replica that holds it by NOTIFY. All fields are used
 * on one Vert.x context only, so this class needs no locks.
 */
@ApplicationScoped
class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int BATCH = 1_000;
  private static final long WAKE_SOON_MILLIS = 20;
  private static final Duration SWEEP = Duration.ofSeconds(2);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

  // The first number stands for the outbox, the second for the schema: one lock per service.
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(1886614383, hashtext(current_schema())) AS locked";
  private static final String READ =
      "SELECT id, event_id, topic, key, type, payload, created_at FROM outbox ORDER BY id LIMIT "
          + BATCH;
  private static final String DELETE = "DELETE FROM outbox WHERE id = ANY($1::bigint[])";
  private final Pool pool;
  private final Publisher publisher;
  private final OutboxMetrics metrics;
  private final Vertx vertx;
  private final Counter sent;
  private final Counter failed;
  private final List<Long> timers = new ArrayList<>();

  private @Nullable Context context;
  private @Nullable SqlConnection lockedConnection;
  private final AtomicBoolean wakingSoon = new AtomicBoolean();
  private boolean sending;
  private boolean wokenWhileSending;
  private boolean notifying;
  private boolean stopped;
  private long backoffMillis = 100;
  private List<Long> delivered = List.of();

  OutboxRelay(
      Pool pool, Publisher publisher, OutboxMetrics metrics, Vertx vertx, MeterRegistry registry) {
    this.pool = pool;
    this.publisher = publisher;
    this.metrics = metrics;
    this.vertx = vertx;
    this.sent = registry.counter("p3s.outbox.sent");
    this.failed = registry.counter("p3s.outbox.failed");
  }

  void start(@Observes StartupEvent event) {
    Context own = vertx.getOrCreateContext();
    context = own;
    own.runOnContext(
        go -> {
          timers.add(vertx.setPeriodic(SWEEP.toMillis(), tick -> metrics.update(this::wake)));
          drain();
        });
  }

  void stop(@Observes ShutdownEvent event) {
    Context own = context;
    if (own != null) {
      own.runOnContext(
          go -> {
            stopped = true;
            timers.forEach(vertx::cancelTimer);
            release();
          });
    }
  }

  /** Sends what the outbox holds; to be called after a commit, from any thread. */
  void wake() {
    Context own = context;
    if (own != null) {
      own.runOnContext(go -> drain());
    }
  }

  /** As {@link #wake}, for events that may wait some milliseconds to be sent with others. */
  void wakeSoon() {
    if (wakingSoon.compareAndSet(false, true)) {
      vertx.setTimer(
          WAKE_SOON_MILLIS,
          tick -> {
            if (wakingSoon.get()) {
              wake();
            }
          });
    }
  }

  private void drain() {
    if (stopped) {
      return;
    }
    if (sending) {
      wokenWhileSending = true;
      return;
    }
    sending = true;
    wokenWhileSending = false;
    wakingSoon.set(false);
    acquireLock()
        .flatMap(connection -> connection == null ? notifyLockHolder() : sendAll(connection))
        .subscribe()
        .with(done -> onOwnContext(this::drained), failure -> onOwnContext(() -> backOff(failure)));
  }

  private void drained() {
    sending = false;
    backoffMillis = 100;
    if (wokenWhileSending) {
      drain();
    } else if (lockedConnection != null && !delivered.isEmpty()) {
      wakeSoon();
    }
  }

  private void backOff(Throwable failure) {
    failed.increment();
    LOG.warnf(
        "outbox not sent, next try in %d ms: %s: %s",
        backoffMillis, failure.getClass().getSimpleName(), failure.getMessage());
    release();
    vertx.setTimer(
        backoffMillis,
        tick ->
            onOwnContext(
                () -> {
                  sending = false;
                  drain();
                }));
    backoffMillis = Math.min(backoffMillis * 2, LONGEST_BACKOFF.toMillis());
  }

  private void release() {
    SqlConnection connection = lockedConnection;
    lockedConnection = null;
    if (connection != null) {
      List<Long> toDelete = delivered;
      if (!toDelete.isEmpty()) {
        delete(connection, toDelete).subscribe().with(done -> {}, failure -> {});
      }
      // The next user of the connection must not inherit the lock or the settings.
      connection
          .query(
              "SELECT pg_advisory_unlock_all(); UNLISTEN *; RESET synchronous_commit;"
                  + " RESET plan_cache_mode")
          .execute()
          .onItemOrFailure()
          .transformToUni((rows, failure) -> connection.close())
          .subscribe()
          .with(
              done -> {}, failure -> LOG.debugf("the connection was closed already: %s", failure));
    }
  }

  /** The connection that holds the lock, or null if another replica holds it. */
  private Uni<@Nullable SqlConnection> acquireLock() {
    if (lockedConnection != null) {
      return Uni.createFrom().item(lockedConnection);
    }
    return pool.getConnection()
        .flatMap(
            connection ->
                connection
                    .query(LOCK)
                    .execute()
                    .flatMap(
                        rows ->
                            rows.iterator().next().getBoolean("locked")
                                ? listen(connection)
                                : connection.close().replaceWith((SqlConnection) null))
                    .onFailure()
                    .call(connection::close));
  }

  private Uni<@Nullable SqlConnection> listen(SqlConnection connection) {
    PgConnection pg = (PgConnection) connection.getDelegate();
    pg.notificationHandler(notification -> wake());
    pg.closeHandler(
        closed ->
            onOwnContext(
                () -> {
                  if (lockedConnection == connection) {
                    lockedConnection = null;
                  }
                }));
    return connection
        .query("LISTEN outbox")
        .execute()
        // A deletion that a crash undoes costs a duplicate, which consumers tolerate; so the
        // commit of a deletion need not wait for the disk.
        .chain(
            () ->
                connection
                    .query("SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan")
                    .execute())
        .invoke(() -> lockedConnection = connection)
        .replaceWith(connection);
  }

  private Uni<Void> notifyLockHolder() {
    if (notifying) {
      return Uni.createFrom().voidItem();
    }
    notifying = true;
    return pool.query("NOTIFY outbox")
        .execute()
        .onTermination()
        .invoke(() -> notifying = false)
        .replaceWithVoid();
  }

  // The deletion of the batch before is pipelined with the read of the next one.
  private Uni<Void> sendAll(SqlConnection connection) {
    List<Long> toDelete = delivered;
    Uni<Void> deleted =
        toDelete.isEmpty() ? Uni.createFrom().voidItem() : delete(connection, toDelete);
    return Uni.combine()
        .all()
        .unis(deleted, connection.preparedQuery(READ).execute())
        .asTuple()
        .flatMap(
            both -> {
              delivered = List.of();
              RowSet<Row> rows = both.getItem2();
              if (rows.size() == 0) {
                return Uni.createFrom().voidItem();
              }
              Uni<Void> batch = sendBatch(OutboxBatch.of(rows));
              // An event that is committed after this read calls wake() itself.
              return rows.size() < BATCH ? batch : batch.chain(() -> sendAll(connection));
            });
  }

  private static Uni<Void> delete(SqlConnection connection, List<Long> ids) {
    return connection
        .preparedQuery(DELETE)
        .execute(Tuple.of(ids.toArray(Long[]::new)))
        .replaceWithVoid();
  }

  private Uni<Void> sendBatch(OutboxBatch batch) {
    return publisher.sendAll(batch.events()).map(batch::result).flatMap(this::remember);
  }

  private Uni<Void> remember(OutboxBatch.Result result) {
    sent.increment(result.delivered().size());
    delivered = result.delivered();
    Throwable failure = result.failure();
    return failure == null ? Uni.createFrom().voidItem() : Uni.createFrom().failure(failure);
  }

  private void onOwnContext(Runnable action) {
    Context own = context;
    if (own != null) {
      own.runOnContext(go -> action.run());
    }
  }
}
