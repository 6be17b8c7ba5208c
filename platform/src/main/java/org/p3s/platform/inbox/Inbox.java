package org.p3s.platform.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.Topics;
import org.p3s.platform.TransientFailures;
import org.p3s.platform.kafka.Publisher;

/**
 * Reads batches of events from Kafka and passes them to a handler, which must be idempotent: Kafka
 * may deliver a record twice. Offsets are committed after the handler has completed.
 *
 * <p>A record that can't be read, or that the handler refuses, goes to the dead-letter topic of its
 * topic and this service, with the reason in the header {@code p3s_error}, and is counted. While
 * the database is away the batch is retried with backoff.
 */
@ApplicationScoped
public class Inbox {

  private static final Logger LOG = Logger.getLogger(Inbox.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

  private record Received(ConsumerRecord<String, String> record, Event event) {}

  private final Publisher publisher;
  private final MeterRegistry metrics;
  private final String service;

  Inbox(
      Publisher publisher,
      MeterRegistry metrics,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.publisher = publisher;
    this.metrics = metrics;
    this.service = service;
  }

  /**
   * Passes the events of a batch to the handler, in order; completes when each event is handled or
   * is a dead letter.
   */
  public Uni<Void> consume(
      ConsumerRecords<String, String> records, Function<List<Event>, Uni<Void>> handler) {
    List<Received> good = new ArrayList<>(records.count());
    List<Uni<Void>> dead = new ArrayList<>();
    for (ConsumerRecord<String, String> record : records) {
      try {
        good.add(new Received(record, parse(record)));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        dead.add(deadLetter(record, e));
      }
    }
    Uni<Void> deadLettered =
        dead.isEmpty()
            ? Uni.createFrom().voidItem()
            : Uni.join().all(dead).andFailFast().replaceWithVoid();
    return good.isEmpty() ? deadLettered : deadLettered.chain(() -> handle(good, handler));
  }

  private static Event parse(ConsumerRecord<String, String> record) throws JsonProcessingException {
    Header header = record.headers().lastHeader("ce_type");
    String name =
        header == null ? "(no ce_type)" : new String(header.value(), StandardCharsets.UTF_8);
    EventType type =
        EventType.of(name)
            .filter(t -> t.topic().equals(record.topic()))
            .orElseThrow(
                () -> new IllegalArgumentException("no event type of this topic: " + name));
    if (record.value() == null) {
      throw new IllegalArgumentException("the record has no value");
    }
    return JsonCodec.read(record.value(), type.record());
  }

  private Uni<Void> handle(List<Received> batch, Function<List<Event>, Uni<Void>> handler) {
    return attempt(batch, handler)
        .onFailure()
        .recoverWithUni(
            failure -> {
              if (batch.size() == 1) {
                return deadLetter(batch.get(0).record(), failure);
              }
              LOG.warnf(
                  failure,
                  "a batch of %d was refused, its events are tried one by one",
                  batch.size());
              return Multi.createFrom()
                  .iterable(batch)
                  .onItem()
                  .transformToUniAndConcatenate(one -> handle(List.of(one), handler))
                  .collect()
                  .asList()
                  .replaceWithVoid();
            });
  }

  private Uni<Void> attempt(List<Received> batch, Function<List<Event>, Uni<Void>> handler) {
    List<Event> events = batch.stream().map(Received::event).toList();
    return Uni.createFrom()
        .deferred(() -> handler.apply(events))
        .onFailure(TransientFailures::isTransient)
        .invoke(
            f -> LOG.warnf("a batch of %d waits for its retry: %s", batch.size(), f.getMessage()))
        .onFailure(TransientFailures::isTransient)
        .retry()
        .withBackOff(FIRST_BACKOFF, LONGEST_BACKOFF)
        .indefinitely();
  }

  private Uni<Void> deadLetter(ConsumerRecord<String, String> record, Throwable why) {
    LOG.errorf(why, "dead letter: %s-%d@%d", record.topic(), record.partition(), record.offset());
    metrics.counter("p3s.deadletters", "topic", record.topic()).increment();
    RecordHeaders headers = new RecordHeaders(record.headers());
    headers.add("p3s_error", String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8));
    headers.add("p3s_offset", position(record).getBytes(StandardCharsets.UTF_8));
    return publisher.send(
        Topics.deadLetters(record.topic(), service), record.key(), text(record.value()), headers);
  }

  private static String position(ConsumerRecord<String, String> record) {
    return record.partition() + ":" + record.offset();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
