package org.p3s.broker.postgres;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Wakeups;

/**
 * Replicas wake each other by LISTEN and NOTIFY, over one connection that comes back with a growing
 * pause when it is lost. A call that is lost costs a sweep's period, nothing else.
 */
@ApplicationScoped
class PgWakeups implements Wakeups {

  private static final Logger LOG = Logger.getLogger(PgWakeups.class);
  private static final String CHANNEL = "p3s_broker";
  // Its payload is a job's uuid; the database itself speaks there (V003__live_log.sql).
  private static final String JOBS = "p3s_broker_job";
  private static final long COALESCE_MILLIS = 20;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final Pool pool;
  private final Vertx vertx;
  private final String self = UUID.randomUUID().toString();
  private final AtomicBoolean calling = new AtomicBoolean();
  private final AtomicBoolean retrying = new AtomicBoolean();
  private volatile Runnable action = () -> {};
  private volatile Consumer<@Nullable UUID> news = job -> {};
  private volatile boolean stopped;
  private volatile long pause = FIRST_PAUSE_MILLIS;

  PgWakeups(Pool pool, Vertx vertx) {
    this.pool = pool;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    listen();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
  }

  @Override
  public void onCall(Runnable newAction) {
    action = newAction;
  }

  @Override
  public void onNews(Consumer<@Nullable UUID> newAction) {
    news = newAction;
  }

  @Override
  public void callOthers() {
    if (calling.compareAndSet(false, true)) {
      vertx.setTimer(
          COALESCE_MILLIS,
          tick -> {
            calling.set(false);
            pool.preparedQuery("SELECT pg_notify('" + CHANNEL + "', $1)")
                .execute(Tuple.of(self))
                .subscribe()
                .with(
                    done -> {},
                    failure -> LOG.debugf("no call to others: %s", failure.getMessage()));
          });
    }
  }

  private void listen() {
    if (stopped) {
      return;
    }
    pool.getConnection()
        .flatMap(this::listenOn)
        .subscribe()
        .with(
            connection -> {
              pause = FIRST_PAUSE_MILLIS;
              // Whatever was said while nobody listened.
              action.run();
              news.accept(null);
            },
            failure -> again(failure.toString()));
  }

  private Uni<SqlConnection> listenOn(SqlConnection connection) {
    PgConnection pg = (PgConnection) connection.getDelegate();
    pg.notificationHandler(
        notification -> {
          if (notification.getChannel().equals(JOBS)) {
            news.accept(UUID.fromString(notification.getPayload()));
          } else if (!self.equals(notification.getPayload())) {
            action.run();
          }
        });
    pg.closeHandler(closed -> again("connection closed"));
    return connection
        .query("LISTEN " + CHANNEL + "; LISTEN " + JOBS)
        .execute()
        .replaceWith(connection)
        .onFailure()
        .call(connection::close);
  }

  private void again(String why) {
    if (stopped || !retrying.compareAndSet(false, true)) {
      return;
    }
    LOG.debugf("listening again in %d ms: %s", pause, why);
    vertx.setTimer(
        pause,
        tick -> {
          retrying.set(false);
          listen();
        });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
  }
}
