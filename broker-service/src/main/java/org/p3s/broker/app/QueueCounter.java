package org.p3s.broker.app;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.p3s.broker.BrokerConfig;

/**
 * Counts the queue periodically for the metrics. Counting a long queue takes long, so a pause
 * follows each count: a hundred times as long as the count took, but at most ten seconds.
 */
@ApplicationScoped
public class QueueCounter {

  private static final Logger LOG = Logger.getLogger(QueueCounter.class);
  private static final int PAUSE_FACTOR = 100;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final QueueForecasts queue;
  private final BrokerMetrics metrics;
  private final Vertx vertx;
  private final InstantSource clock;
  private final BrokerConfig config;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile Instant nextCount = Instant.EPOCH;
  private long timer;

  QueueCounter(
      QueueForecasts queue,
      BrokerMetrics metrics,
      Vertx vertx,
      InstantSource clock,
      BrokerConfig config) {
    this.queue = queue;
    this.metrics = metrics;
    this.vertx = vertx;
    this.clock = clock;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(config.count().toMillis(), tick -> count());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void count() {
    Instant before = clock.instant();
    if (before.isBefore(nextCount) || !busy.compareAndSet(false, true)) {
      return;
    }
    countFrom(before)
        .onTermination()
        .invoke(() -> busy.set(false))
        .subscribe()
        .with(
            done -> {},
            failure ->
                LOG.warnf("the queue was not counted, trying again: %s", failure.getMessage()));
  }

  private Uni<Void> countFrom(Instant before) {
    return queue
        .load()
        .invoke(
            load -> {
              Instant after = clock.instant();
              Duration pause = Duration.between(before, after).multipliedBy(PAUSE_FACTOR);
              nextCount = after.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
              metrics.counted(load, after);
            })
        .replaceWithVoid();
  }
}
