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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.kafka.Publisher;

/**
 * Carries the outbox to Kafka: one relay at a time per service, woken by the commit, with a sweep
 * behind it for what a crash left over.
 *
 * <p>The relay that holds the advisory lock reads in identity order, sends, awaits the acks and
 * deletes. Replicas without the lock wake the holder by NOTIFY. All state is touched on one Vert.x
 * context only, so there is no lock in here.
 */
@ApplicationScoped
class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int BATCH = 1_000;
  private static final long SOON_MILLIS = 20;
  private static final Duration SWEEP = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  // Two parts: one for the outbox, one for the schema, so that each service has a lock of its own.
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(1886614383, hashtext(current_schema())) AS locked";
  private static final String READ =
      "SELECT id, event_id, topic, key, type, payload, created_at FROM outbox ORDER BY id LIMIT "
          + BATCH;
  private static final String DELETE = "DELETE FROM outbox WHERE id = ANY($1::bigint[])";
  private final Pool pool;
  private final Publisher publisher;
  private final OutboxMetrics depth;
  private final Vertx vertx;
  private final Counter sent;
  private final Counter failed;
  private final List<Long> timers = new ArrayList<>();

  private @Nullable Context context;
  private @Nullable SqlConnection holder;
  private final AtomicBoolean soon = new AtomicBoolean();
  private boolean busy;
  private boolean again;
  private boolean notifying;
  private boolean stopped;
  private long pauseMillis = 100;
  private List<Long> delivered = List.of();

  OutboxRelay(
      Pool pool, Publisher publisher, OutboxMetrics depth, Vertx vertx, MeterRegistry metrics) {
    this.pool = pool;
    this.publisher = publisher;
    this.depth = depth;
    this.vertx = vertx;
    this.sent = metrics.counter("p3s.outbox.sent");
    this.failed = metrics.counter("p3s.outbox.failed");
  }

  void start(@Observes StartupEvent event) {
    Context own = vertx.getOrCreateContext();
    context = own;
    own.runOnContext(
        go -> {
          timers.add(vertx.setPeriodic(SWEEP.toMillis(), tick -> depth.count(this::wake)));
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

  /** There is something to send; to be called after a commit, from any thread. */
  void wake() {
    Context own = context;
    if (own != null) {
      own.runOnContext(go -> drain());
    }
  }

  /** As {@link #wake}, for what may wait a little for company. */
  void wakeSoon() {
    if (soon.compareAndSet(false, true)) {
      vertx.setTimer(
          SOON_MILLIS,
          tick -> {
            if (soon.get()) {
              wake();
            }
          });
    }
  }

  private void drain() {
    if (stopped) {
      return;
    }
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    soon.set(false);
    holder()
        .flatMap(connection -> connection == null ? wakeTheHolder() : sendAll(connection))
        .subscribe()
        .with(done -> onOwnContext(this::drained), failure -> onOwnContext(() -> backOff(failure)));
  }

  private void drained() {
    busy = false;
    pauseMillis = 100;
    if (again) {
      drain();
    } else if (holder != null && !delivered.isEmpty()) {
      wakeSoon();
    }
  }

  private void backOff(Throwable failure) {
    failed.increment();
    LOG.warnf(
        "outbox not sent, next try in %d ms: %s: %s",
        pauseMillis, failure.getClass().getSimpleName(), failure.getMessage());
    release();
    vertx.setTimer(
        pauseMillis,
        tick ->
            onOwnContext(
                () -> {
                  busy = false;
                  drain();
                }));
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE.toMillis());
  }

  private void release() {
    SqlConnection connection = holder;
    holder = null;
    if (connection != null) {
      List<Long> gone = delivered;
      if (!gone.isEmpty()) {
        delete(connection, gone).subscribe().with(done -> {}, failure -> {});
      }
      // It goes back to the pool, where nobody may inherit the lock or the lazy commits.
      connection
          .query(
              "SELECT pg_advisory_unlock_all(); UNLISTEN *; RESET synchronous_commit;"
                  + " RESET plan_cache_mode")
          .execute()
          .onItemOrFailure()
          .transformToUni((rows, failure) -> connection.close())
          .subscribe()
          .with(done -> {}, failure -> LOG.debugf("connection already gone: %s", failure));
    }
  }

  /** The connection that holds the lock, or null if another replica has it. */
  private Uni<@Nullable SqlConnection> holder() {
    if (holder != null) {
      return Uni.createFrom().item(holder);
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
                  if (holder == connection) {
                    holder = null;
                  }
                }));
    return connection
        .query("LISTEN outbox")
        .execute()
        // A deletion that a crash undoes costs a duplicate, which consumers bear; it needs no
        // fsync.
        .chain(
            () ->
                connection
                    .query("SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan")
                    .execute())
        .invoke(() -> holder = connection)
        .replaceWith(connection);
  }

  private Uni<Void> wakeTheHolder() {
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

  // What was delivered in the round before goes out in the same write that reads this round.
  private Uni<Void> sendAll(SqlConnection connection) {
    List<Long> gone = delivered;
    Uni<Void> deleted = gone.isEmpty() ? Uni.createFrom().voidItem() : delete(connection, gone);
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
              Uni<Void> sent = sendBatch(rows);
              // What was committed after this reading comes with a call of its own.
              return rows.size() < BATCH ? sent : sent.chain(() -> sendAll(connection));
            });
  }

  private static Uni<Void> delete(SqlConnection connection, List<Long> ids) {
    return connection
        .preparedQuery(DELETE)
        .execute(Tuple.of(ids.toArray(Long[]::new)))
        .replaceWithVoid();
  }

  private Uni<Void> sendBatch(RowSet<Row> rows) {
    List<Row> batch = new ArrayList<>(rows.size());
    List<Publisher.Stored> events = new ArrayList<>(rows.size());
    for (Row row : rows) {
      batch.add(row);
      events.add(stored(row));
    }
    return publisher.sendAll(events).flatMap(failures -> settle(batch, failures));
  }

  private static Publisher.Stored stored(Row row) {
    return new Publisher.Stored(
        row.getString("topic"),
        row.getString("key"),
        row.getString("type"),
        row.getUUID("event_id"),
        row.getOffsetDateTime("created_at").withOffsetSameInstant(ZoneOffset.UTC).toInstant(),
        row.getString("payload"));
  }

  /**
   * What follows a failure on the same key is sent again, so that the last word is the right one.
   */
  private Uni<Void> settle(List<Row> batch, List<@Nullable Throwable> failures) {
    Set<String> broken = new HashSet<>();
    List<Long> done = new ArrayList<>(batch.size());
    Throwable first = null;
    for (int i = 0; i < batch.size(); i++) {
      String key = batch.get(i).getString("topic") + ' ' + batch.get(i).getString("key");
      Throwable failure = failures.get(i);
      if (failure != null) {
        broken.add(key);
        first = first == null ? failure : first;
      }
      if (!broken.contains(key)) {
        done.add(batch.get(i).getLong("id"));
      }
    }
    sent.increment(done.size());
    delivered = done;
    return first == null ? Uni.createFrom().voidItem() : Uni.createFrom().failure(first);
  }

  private void onOwnContext(Runnable action) {
    Context own = context;
    if (own != null) {
      own.runOnContext(go -> action.run());
    }
  }
}
