package org.p3s.standalone.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.p3s.contracts.EventType;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.Topics;
import org.p3s.standalone.system.history.ClientObservations;
import org.p3s.standalone.system.history.EventHistory;
import org.p3s.standalone.system.history.RecordedEvent;

/** Reads all events of all services from Kafka, from the first record on. */
final class EventRecorder implements AutoCloseable {

  private static final List<String> TOPICS =
      List.of(
          Topics.JOB_DEFINED,
          Topics.JOB_PROGRESS,
          Topics.JOB_FINISHED,
          Topics.PILOT_HEARTBEAT,
          Topics.WORKFLOW_FINISHED);

  private static final Duration PACE = Duration.ofMillis(200);

  private final KafkaConsumer<String, String> consumer;
  private final List<TopicPartition> partitions;
  private final List<RecordedEvent> events = new ArrayList<>();
  private final List<String> deadLetters = new ArrayList<>();

  EventRecorder(StackUnderTest stack) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                stack.kafkaServers(),
                "enable.auto.commit",
                false,
                "reconnect.backoff.max.ms",
                500,
                "default.api.timeout.ms",
                10_000),
            new StringDeserializer(),
            new StringDeserializer());
    Stream<String> deadLetterTopics =
        consumer.listTopics().keySet().stream().filter(topic -> topic.endsWith("-dlq"));
    partitions =
        Stream.concat(TOPICS.stream(), deadLetterTopics)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All events that are on the topics now; while Kafka is down, those that were read before. */
  synchronized List<RecordedEvent> events() {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(this::add);
      }
    } catch (KafkaException e) {
      // The next call tries again.
    }
    return List.copyOf(events);
  }

  private void add(ConsumerRecord<String, String> record) {
    String place = record.topic() + "-" + record.partition() + "@" + record.offset();
    if (record.topic().endsWith("-dlq")) {
      deadLetters.add(place + " " + header(record, "p3s_error") + ": " + record.value());
      return;
    }
    EventType type = EventType.of(header(record, "ce_type")).orElseThrow();
    try {
      events.add(
          new RecordedEvent(
              header(record, "ce_id"),
              Instant.parse(header(record, "ce_time")),
              place,
              JsonCodec.read(record.value(), type.record())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(place + ": " + record.value(), e);
    }
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    return new String(
        Objects.requireNonNull(record.headers().lastHeader(name), name).value(),
        StandardCharsets.UTF_8);
  }

  /** The events until now, compared with what clients observed. */
  EventHistory history(ClientObservations observations) {
    return new EventHistory(events(), observations);
  }

  /** Waits for the event that the payload of the job runs. */
  JobProgress awaitStart(ClientObservations observations, UUID job) {
    await()
        .alias("the start of job " + job)
        .atMost(StackUnderTest.LONG)
        .pollInterval(PACE)
        .until(() -> history(observations).lastStart(job).isPresent());
    return history(observations).lastStart(job).orElseThrow();
  }

  /** Waits for the end of the job; returns the first if there are several. */
  JobFinished awaitEnd(ClientObservations observations, UUID job) {
    await()
        .alias("the end of job " + job)
        .atMost(StackUnderTest.LONG)
        .pollInterval(PACE)
        .until(() -> !history(observations).endsOf(job).isEmpty());
    return history(observations).endsOf(job).get(0);
  }

  /** Records on the dead letter topics, with the error. */
  synchronized List<String> deadLetters() {
    events();
    return List.copyOf(deadLetters);
  }

  @Override
  public synchronized void close() {
    consumer.close(Duration.ofSeconds(2));
  }
}
