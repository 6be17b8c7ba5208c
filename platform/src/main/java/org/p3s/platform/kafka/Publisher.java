package org.p3s.platform.kafka;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;

/**
 * The service's one Kafka producer. Events about state go through the outbox, which uses this
 * class; heartbeats and service records may use it directly.
 */
@ApplicationScoped
public class Publisher {

  /** While Kafka is away, direct sends beyond this many are refused instead of filling the heap. */
  private static final int MAX_IN_FLIGHT = 20_000;

  private static final String CHANNEL = "events-out";

  /** An event as the outbox keeps it. */
  public record Stored(
      String topic, String key, String type, UUID id, Instant time, String payload) {}

  private final MutinyEmitter<String> emitter;
  private final KafkaClientService clients;
  private final InstantSource clock;
  private final String source;
  private final AtomicInteger inFlight = new AtomicInteger();

  Publisher(
      @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> emitter,
      KafkaClientService clients,
      InstantSource clock,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.emitter = emitter;
    this.clients = clients;
    this.clock = clock;
    this.source = "/p3s/" + service;
  }

  /** Sends one event; completes when all in-sync replicas have it. */
  public Uni<Void> send(Event event) {
    if (inFlight.get() >= MAX_IN_FLIGHT) {
      return Uni.createFrom()
          .failure(new IllegalStateException("Kafka is away and the send buffer is full"));
    }
    EventType type = EventType.of(event);
    return send(
        type.topic(),
        event.key(),
        type.type(),
        Ids.next(),
        clock.instant(),
        JsonCodec.write(event));
  }

  private Uni<Void> send(
      String topic, String key, String type, UUID id, Instant time, String payload) {
    return send(topic, key, payload, headers(type, id, time));
  }

  /**
   * Sends stored events in their order; completes when each was acknowledged or refused.
   *
   * <p>Uses the channel's Kafka client and not the channel: its message, metadata and
   * acknowledgement objects per record cost more than the sending itself.
   *
   * @return for each record null, or why it was not sent
   */
  public Uni<List<@Nullable Throwable>> sendAll(List<Stored> records) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              KafkaProducer<String, String> client = clients.getProducer(CHANNEL);
              if (client == null) {
                emitter.fail(new IllegalStateException("there is no Kafka producer yet"));
                return;
              }
              client
                  .runOnSendingThread(
                      producer -> {
                        sendAll(producer, records, emitter::complete);
                      })
                  .subscribe()
                  .with(sending -> {}, emitter::fail);
            });
  }

  private void sendAll(
      Producer<String, String> producer,
      List<Stored> records,
      Consumer<List<@Nullable Throwable>> done) {
    AtomicReferenceArray<@Nullable Exception> failures = new AtomicReferenceArray<>(records.size());
    AtomicInteger open = new AtomicInteger(records.size());
    Exception refused = null;
    for (int i = 0; i < records.size(); i++) {
      int index = i;
      Callback callback =
          (metadata, failure) -> {
            failures.set(index, failure);
            if (open.decrementAndGet() == 0) {
              done.accept(list(failures));
            }
          };
      if (refused != null) {
        // The client would wait up to a minute for each further record that has no room.
        callback.onCompletion(null, refused);
      } else {
        producer.send(record(records.get(i)), callback);
        refused = failures.get(i);
      }
    }
  }

  private static List<@Nullable Throwable> list(AtomicReferenceArray<@Nullable Exception> all) {
    List<@Nullable Throwable> list = new ArrayList<>(all.length());
    for (int i = 0; i < all.length(); i++) {
      list.add(all.get(i));
    }
    return list;
  }

  private ProducerRecord<String, String> record(Stored stored) {
    return new ProducerRecord<>(
        stored.topic(),
        null,
        stored.key(),
        stored.payload(),
        headers(stored.type(), stored.id(), stored.time()));
  }

  private List<Header> headers(String type, UUID id, Instant time) {
    return List.of(
        header("ce_specversion", "1.0"),
        header("ce_id", id.toString()),
        header("ce_type", type),
        header("ce_source", source),
        header("ce_time", time.toString()),
        header("content-type", "application/json"));
  }

  /** Sends a record with the given headers, for instance a dead letter. */
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
