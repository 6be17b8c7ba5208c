package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Ids;
import org.p3s.platform.outbox.Outbox;

/**
 * Takes data quality results from tools. They are shown when they come back by their topic, as
 * those of payloads do.
 */
@ApplicationScoped
public class DqmResultPublisher {

  /**
   * A result as a tool measured it.
   *
   * @param ts when it was measured; null: now
   */
  public record Measurement(
      long run,
      @Nullable Long subrun,
      String type,
      @Nullable Instant ts,
      Map<String, Object> values,
      @Nullable Map<String, Object> limits) {}

  private final Outbox outbox;
  private final InstantSource clock;

  DqmResultPublisher(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Publishes all of them or none. */
  public Uni<List<DqmResult>> publish(List<Measurement> measurements) {
    List<DqmResult> results = measurements.stream().map(this::result).toList();
    return outbox.transact(
        tx -> {
          tx.emit(results);
          return Uni.createFrom().item(results);
        });
  }

  private DqmResult result(Measurement measured) {
    return new DqmResult(
        Ids.next(),
        measured.run(),
        measured.subrun(),
        measured.type(),
        measured.values(),
        measured.limits(),
        null,
        null,
        measured.ts() == null ? clock.instant() : measured.ts());
  }
}
