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
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.postgres.PilotRow;
import org.p3s.pilots.postgres.PilotStore;

/** Looks for silent pilots, once per second; {@link Liveness} decides. */
@ApplicationScoped
public class LostPilotDetector {

  private static final Logger LOG = Logger.getLogger(LostPilotDetector.class);
  private static final Duration FASTEST_BEAT = Duration.ofSeconds(1);

  private final PilotStore store;
  private final Pilots pilots;
  private final PilotConfig config;
  private final InstantSource clock;
  private final Vertx vertx;
  private final Liveness liveness;
  private volatile Map<String, Long> counts = Map.of();
  private boolean busy;
  private long timer = -1;

  LostPilotDetector(
      PilotStore store,
      Pilots pilots,
      PilotConfig config,
      InstantSource clock,
      Vertx vertx,
      MeterRegistry metrics) {
    this.store = store;
    this.pilots = pilots;
    this.config = config;
    this.clock = clock;
    this.vertx = vertx;
    this.liveness = Liveness.tickedEach(config.sweep(), config.missedBeats(), clock.instant());
    for (PilotState state : PilotState.values()) {
      if (!state.isEnd()) {
        Gauge.builder("p3s.pilots", () -> counts.getOrDefault(state.text(), 0L))
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
            // Without the database no beat is heard either; its return must not look like silence.
            failure -> LOG.warnf("pilots not looked after: %s", failure.getMessage()));
  }

  /** One look at all living pilots. */
  public Uni<Void> sweep() {
    Instant now = clock.instant();
    return store
        .silentSince(liveness.silentBefore(now, FASTEST_BEAT), config.missedBeats())
        .flatMap(
            silent -> {
              liveness.tick(now);
              List<PilotRow> gone =
                  silent.stream()
                      .filter(p -> liveness.isLost(p.tsLhb(), Duration.ofSeconds(p.beatS()), now))
                      .toList();
              return gone.isEmpty() ? Uni.createFrom().voidItem() : pilots.endLost(gone);
            })
        .chain(store::count)
        .invoke(found -> counts = found)
        .replaceWithVoid();
  }
}
