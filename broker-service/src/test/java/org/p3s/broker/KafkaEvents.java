package org.p3s.broker;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.Topics;

/** Sends events to the broker by Kafka, and collects the events that it emits. */
final class KafkaEvents implements AutoCloseable {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final KafkaProducer<String, String> producer;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private volatile boolean closed;

  KafkaEvents() {
    String servers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
    reader = new Thread(() -> read(servers), "kafka-events");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(String servers) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(Topics.JOB_PROGRESS, Topics.JOB_FINISHED, Topics.DQM_RESULT));
      while (!closed) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          EventType type =
              EventType.of(new String(record.headers().lastHeader("ce_type").value()))
                  .orElseThrow();
          events.add(JsonCodec.read(record.value(), type.record()));
        }
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  void send(Event... toSend) {
    try {
      for (Event event : toSend) {
        EventType type = EventType.of(event);
        ProducerRecord<String, String> record =
            new ProducerRecord<>(type.topic(), event.key(), JsonCodec.write(event));
        record.headers().add("ce_type", type.type().getBytes());
        producer.send(record).get();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  List<JobProgress> progress(UUID job) {
    return all(JobProgress.class).filter(event -> event.job().equals(job)).toList();
  }

  List<String> states(UUID job) {
    List<String> states = new ArrayList<>();
    progress(job).forEach(event -> states.add(event.state().name()));
    return states;
  }

  List<JobFinished> ends(UUID job) {
    return all(JobFinished.class).filter(event -> event.job().equals(job)).toList();
  }

  JobFinished end(UUID job) {
    await().atMost(LONG).until(() -> !ends(job).isEmpty());
    return ends(job).get(0);
  }

  List<DqmResult> results(UUID job) {
    return all(DqmResult.class).filter(event -> job.equals(event.job())).toList();
  }

  void awaitStates(UUID job, String... states) {
    await().atMost(LONG).until(() -> states(job), List.of(states)::equals);
  }

  private <E extends Event> Stream<E> all(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    reader.join(5_000);
    producer.close();
  }
}
