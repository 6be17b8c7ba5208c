package org.p3s.pilots.app;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;
import org.p3s.pilots.PilotConfig;
import org.p3s.platform.ServiceLog;

/**
 * Deletes pilots that ended longer ago than {@code pilots.retention}, after the start and once an
 * hour. Replicas may do so at the same time: a repeat deletes nothing.
 */
@ApplicationScoped
public class PilotRetention {

  private static final Logger LOG = Logger.getLogger(PilotRetention.class);
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final long AFTER_START_MILLIS = 1;

  /** How many pilots one statement deletes: it must not block others for long. */
  private static final int MAX_DELETIONS = 1_000;

  private final PilotStore store;
  private final PilotConfig config;
  private final InstantSource clock;
  private final ServiceLog log;
  private final Vertx vertx;
  private long timer = -1;

  PilotRetention(
      PilotStore store, PilotConfig config, InstantSource clock, ServiceLog log, Vertx vertx) {
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.log = log;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(AFTER_START_MILLIS, PERIOD.toMillis(), tick -> onTimer());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void onTimer() {
    purge()
        .subscribe()
        .with(
            deleted -> {},
            failure -> LOG.warnf("cannot delete ended pilots: %s", failure.getMessage()));
  }

  /** Deletes what is too old now, and returns how many pilots that were. */
  public Uni<Integer> purge() {
    return deleteEndedBefore(clock.instant().minus(config.retention()), 0)
        .invoke(
            deleted -> {
              if (deleted > 0) {
                log.info("purge object:\"pilot\" deletions:" + deleted);
              }
            });
  }

  private Uni<Integer> deleteEndedBefore(Instant time, int deletedSoFar) {
    return store
        .deleteEndedBefore(time, MAX_DELETIONS)
        .flatMap(
            deleted ->
                deleted < MAX_DELETIONS
                    ? Uni.createFrom().item(deletedSoFar + deleted)
                    : deleteEndedBefore(time, deletedSoFar + deleted));
  }
}
