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
import org.p3s.broker.app.ReplicaWakeups;

/**
 * Replicas wake each other by LISTEN and NOTIFY, over one connection. If it is lost, it is opened
 * again, with growing pauses. If a notification is lost, the sweep finds the work one period later.
 */
@ApplicationScoped
class PgReplicaWakeups implements ReplicaWakeups {

  private static final Logger LOG = Logger.getLogger(PgReplicaWakeups.class);
  private static final String CHANNEL = "p3s_broker";
  // The payload is a job's uuid; triggers of the database send here, too (V001__broker.sql).
  private static final String JOB_CHANNEL = "p3s_broker_job";
  private static final long COALESCE_MILLIS = 20;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final Pool pool;
  private final Vertx vertx;
  private final String self = UUID.randomUUID().toString();
  private final AtomicBoolean notifying = new AtomicBoolean();
  private final AtomicBoolean retrying = new AtomicBoolean();
  private volatile Runnable wakeupAction = () -> {};
  private volatile Consumer<@Nullable UUID> signalAction = job -> {};
  private volatile boolean stopped;
  private volatile long pause = FIRST_PAUSE_MILLIS;

  PgReplicaWakeups(Pool pool, Vertx vertx) {
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
  public void onWakeup(Runnable newAction) {
    wakeupAction = newAction;
  }

  @Override
  public void onJobSignal(Consumer<@Nullable UUID> newAction) {
    signalAction = newAction;
  }

  @Override
  public void wakeOthers() {
    if (notifying.compareAndSet(false, true)) {
      vertx.setTimer(
          COALESCE_MILLIS,
          tick -> {
            notifying.set(false);
            pool.preparedQuery("SELECT pg_notify('" + CHANNEL + "', $1)")
                .execute(Tuple.of(self))
                .subscribe()
                .with(
                    done -> {},
                    failure ->
                        LOG.debugf("other replicas are not notified: %s", failure.getMessage()));
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
              // Notifications may have been missed in the meantime.
              wakeupAction.run();
              signalAction.accept(null);
            },
            failure -> listenAgain(failure.toString()));
  }

  private Uni<SqlConnection> listenOn(SqlConnection connection) {
    PgConnection pg = (PgConnection) connection.getDelegate();
    pg.notificationHandler(
        notification -> {
          if (notification.getChannel().equals(JOB_CHANNEL)) {
            signalAction.accept(UUID.fromString(notification.getPayload()));
          } else if (!self.equals(notification.getPayload())) {
            wakeupAction.run();
          }
        });
    pg.closeHandler(closed -> listenAgain("connection closed"));
    return connection
        .query("LISTEN " + CHANNEL + "; LISTEN " + JOB_CHANNEL)
        .execute()
        .replaceWith(connection)
        .onFailure()
        .call(connection::close);
  }

  private void listenAgain(String why) {
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
