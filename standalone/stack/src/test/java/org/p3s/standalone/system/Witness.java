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
import org.p3s.standalone.system.history.History;
import org.p3s.standalone.system.history.Known;
import org.p3s.standalone.system.history.Told;

/** Reads what all services tell, from the beginning and ever further, as a stranger does. */
final class Witness implements AutoCloseable {

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
  private final List<Told> told = new ArrayList<>();
  private final List<String> dead = new ArrayList<>();

  Witness(Stack stack) {
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
    Stream<String> deadLetters =
        consumer.listTopics().keySet().stream().filter(topic -> topic.endsWith("-dlq"));
    partitions =
        Stream.concat(TOPICS.stream(), deadLetters)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All that is on the topics now; while Kafka is away, what was read before. */
  synchronized List<Told> told() {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(this::take);
      }
    } catch (KafkaException e) {
      // Tried again with the next question.
    }
    return List.copyOf(told);
  }

  private void take(ConsumerRecord<String, String> record) {
    String place = record.topic() + "-" + record.partition() + "@" + record.offset();
    if (record.topic().endsWith("-dlq")) {
      dead.add(place + " " + header(record, "p3s_error") + ": " + record.value());
      return;
    }
    EventType type = EventType.of(header(record, "ce_type")).orElseThrow();
    try {
      told.add(
          new Told(
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

  /** What was told so far against what clients know. */
  History history(Known known) {
    return new History(told(), known);
  }

  /** What was told when the job's payload began to run. */
  JobProgress awaitRun(Known known, UUID job) {
    await()
        .alias("the start of job " + job)
        .atMost(Stack.LONG)
        .pollInterval(PACE)
        .until(() -> history(known).runs(job).isPresent());
    return history(known).runs(job).orElseThrow();
  }

  /** The first end of the job that was told. */
  JobFinished awaitEnd(Known known, UUID job) {
    await()
        .alias("the end of job " + job)
        .atMost(Stack.LONG)
        .pollInterval(PACE)
        .until(() -> !history(known).endsOf(job).isEmpty());
    return history(known).endsOf(job).get(0);
  }

  /** Records that a service could not use. */
  synchronized List<String> deadLetters() {
    told();
    return List.copyOf(dead);
  }

  @Override
  public synchronized void close() {
    consumer.close(Duration.ofSeconds(2));
  }
}
