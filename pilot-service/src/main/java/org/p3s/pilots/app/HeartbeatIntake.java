package org.p3s.pilots.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.pilots.domain.Pilot;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.kafka.Publisher;

/** Takes heartbeats: stores them in batches and publishes them. */
@ApplicationScoped
public class HeartbeatIntake {

  private static final int MAX_BATCH = 2_000;

  private final PilotStore store;
  private final Publisher publisher;
  private final InstantSource clock;
  private final RequestBatcher<PilotStore.Heartbeat, Optional<Pilot>> heartbeats;
  private final Counter received;

  HeartbeatIntake(
      PilotStore store, Publisher publisher, InstantSource clock, MeterRegistry metrics) {
    this.store = store;
    this.publisher = publisher;
    this.clock = clock;
    this.heartbeats = new RequestBatcher<>(MAX_BATCH, this::store);
    this.received = metrics.counter("p3s.beats.received");
  }

  /** Takes a heartbeat; answers with the pilot as it is now, or empty if it has ended. */
  public Uni<Optional<Pilot>> take(PilotStore.Heartbeat heartbeat) {
    received.increment();
    return heartbeats.submit(heartbeat);
  }

  private Uni<List<Optional<Pilot>>> store(List<PilotStore.Heartbeat> batch) {
    return store
        .storeHeartbeats(batch)
        .map(
            alive -> {
              publish(alive.values());
              return batch.stream()
                  .map(heartbeat -> Optional.ofNullable(alive.get(heartbeat.pilot())))
                  .toList();
            });
  }

  // Without the outbox: a heartbeat may be lost with Kafka, the row in the database is what counts.
  private void publish(Collection<Pilot> alive) {
    Instant now = clock.instant();
    for (Pilot pilot : alive) {
      publisher
          .send(PilotEvents.of(pilot, PilotHeartbeat.Kind.BEAT, now))
          .subscribe()
          .with(sent -> {}, failure -> {});
    }
  }
}
