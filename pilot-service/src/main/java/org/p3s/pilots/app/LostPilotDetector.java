package org.p3s.pilots.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.p3s.pilots.PilotConfig;
import org.p3s.pilots.domain.Liveness;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotState;

/**
 * Looks for silent pilots every {@code pilots.sweep} and ends those that {@link Liveness} calls
 * lost.
 */
@ApplicationScoped
public class LostPilotDetector {

  private static final Logger LOG = Logger.getLogger(LostPilotDetector.class);
  private static final Duration SHORTEST_HEARTBEAT_PERIOD = Duration.ofSeconds(1);

  private final PilotStore store;
  private final PilotEnding ending;
  private final PilotConfig config;
  private final InstantSource clock;
  private final Vertx vertx;
  private final Liveness liveness;
  private volatile Map<PilotState, Long> counts = Map.of();
  private volatile boolean busy;
  private long timer = -1;

  LostPilotDetector(
      PilotStore store,
      PilotEnding ending,
      PilotConfig config,
      InstantSource clock,
      Vertx vertx,
      MeterRegistry metrics) {
    this.store = store;
    this.ending = ending;
    this.config = config;
    this.clock = clock;
    this.vertx = vertx;
    this.liveness = Liveness.tickedEach(config.sweep(), config.missedBeats(), clock.instant());
    for (PilotState state : PilotState.values()) {
      if (!state.isEnd()) {
        Gauge.builder("p3s.pilots", () -> counts.getOrDefault(state, 0L))
            .tag("state", state.text())
            .register(metrics);
      }
    }
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(config.sweep().toMillis(), tick -> onTimer());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void onTimer() {
    if (busy) {
      return;
    }
    busy = true;
    sweep()
        .onTermination()
        .invoke(() -> busy = false)
        .subscribe()
        .with(
            done -> {},
            failure -> LOG.warnf("cannot look for lost pilots: %s", failure.getMessage()));
  }

  /**
   * Checks all living pilots once. Fails while the database is away, and then does not tick: no
   * heartbeat can be stored in that time, so it must not count as silence of the pilots.
   */
  public Uni<Void> sweep() {
    Instant now = clock.instant();
    return store
        .silentSince(liveness.silentBefore(now, SHORTEST_HEARTBEAT_PERIOD), config.missedBeats())
        .flatMap(
            silent -> {
              liveness.tick(now);
              List<Pilot> lost =
                  silent.stream()
                      .filter(p -> liveness.isLost(p.lastHeartbeat(), p.heartbeatPeriod(), now))
                      .toList();
              return lost.isEmpty() ? Uni.createFrom().voidItem() : ending.endLost(lost);
            })
        .chain(store::countAliveByState)
        .invoke(found -> counts = found)
        .replaceWithVoid();
  }
}
