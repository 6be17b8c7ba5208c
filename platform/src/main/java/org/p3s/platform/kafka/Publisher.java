package org.p3s.platform.kafka;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.Ids;
import org.p3s.contracts.Json;

/**
 * The service's one Kafka producer. Facts about state go through the outbox, which uses this class;
 * heartbeats and service records may come here directly.
 */
@ApplicationScoped
public class Publisher {

  /** While Kafka is away, direct sends beyond this many are refused instead of filling the heap. */
  private static final int MOST_IN_FLIGHT = 20_000;

  private final MutinyEmitter<String> emitter;
  private final InstantSource clock;
  private final String source;
  private final AtomicInteger inFlight = new AtomicInteger();

  Publisher(
      @Channel("events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> emitter,
      InstantSource clock,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.emitter = emitter;
    this.clock = clock;
    this.source = "/p3s/" + service;
  }

  /** Sends one event; completes when all in-sync replicas have it. */
  public Uni<Void> send(Event event) {
    if (inFlight.get() >= MOST_IN_FLIGHT) {
      return Uni.createFrom()
          .failure(new IllegalStateException("Kafka is away and the send buffer is full"));
    }
    EventType type = EventType.of(event);
    return send(
        type.topic(), event.key(), type.type(), Ids.next(), clock.instant(), Json.write(event));
  }

  /** Sends what the outbox stored. */
  public Uni<Void> send(
      String topic, String key, String type, UUID id, Instant time, String payload) {
    List<Header> headers =
        List.of(
            header("ce_specversion", "1.0"),
            header("ce_id", id.toString()),
            header("ce_type", type),
            header("ce_source", source),
            header("ce_time", time.toString()),
            header("content-type", "application/json"));
    return send(topic, key, payload, headers);
  }

  /** Sends a record with the given headers, for instance one that came in and can't be used. */
  public Uni<Void> send(String topic, String key, String payload, Iterable<Header> headers) {
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withTopic(topic)
            .withKey(key)
            .withHeaders(new RecordHeaders(headers))
            .build();
    inFlight.incrementAndGet();
    return emitter
        .sendMessage(Message.of(payload, Metadata.of(metadata)))
        .onTermination()
        .invoke(inFlight::decrementAndGet);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
