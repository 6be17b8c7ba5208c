package org.p3s.pilots.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilots.domain.Pilot;
import org.p3s.pilots.domain.PilotState;
import org.p3s.pilots.domain.PilotStatus;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;

/** Ends pilots: those that say goodbye, and those that are lost. */
@ApplicationScoped
public class PilotEnding {

  private static final PilotStore.End LOST =
      new PilotStore.End(PilotState.TIMEOUT, PilotStatus.TO, "no heartbeat for too long");

  private final PilotStore store;
  private final Outbox outbox;
  private final ServiceLog log;
  private final InstantSource clock;
  private final Counter lost;

  PilotEnding(
      PilotStore store, Outbox outbox, ServiceLog log, InstantSource clock, MeterRegistry metrics) {
    this.store = store;
    this.outbox = outbox;
    this.log = log;
    this.clock = clock;
    this.lost = metrics.counter("p3s.pilots.lost");
  }

  /** Ends a pilot at its own request; a repeat changes nothing. */
  public Uni<Void> endByItself(UUID pilot, String reason) {
    PilotStore.End stopped = new PilotStore.End(PilotState.STOPPED, PilotStatus.OK, reason);
    return end(List.of(new PilotStore.PilotToEnd(pilot, null)), stopped).replaceWithVoid();
  }

  /** Ends pilots that were silent for too long, except those whose heartbeat came since then. */
  Uni<Void> endLost(List<Pilot> silent) {
    return end(
            silent.stream()
                .map(pilot -> new PilotStore.PilotToEnd(pilot.uuid(), pilot.lastHeartbeat()))
                .toList(),
            LOST)
        .invoke(ended -> ended.forEach(this::reportLost))
        .replaceWithVoid();
  }

  private Uni<List<Pilot>> end(List<PilotStore.PilotToEnd> pilots, PilotStore.End end) {
    Instant now = clock.instant();
    return outbox.transact(
        tx ->
            store
                .end(tx, pilots, end, now)
                .invoke(
                    ended ->
                        ended.forEach(
                            pilot ->
                                tx.emit(PilotEvents.of(pilot, PilotHeartbeat.Kind.END, now)))));
  }

  private void reportLost(Pilot pilot) {
    lost.increment();
    long silence = Duration.between(pilot.lastHeartbeat(), clock.instant()).toSeconds();
    log.warn(
        "pilot %s at %s (%s) lost after %d s of silence: its jobs end as pilot-timeout"
            .formatted(pilot.uuid(), pilot.host(), pilot.site(), silence));
  }
}
