package org.p3s.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.p3s.contracts.Topics;

/** Reads {@code job-finished} from Kafka and counts the jobs of the bench, each job once. */
final class JobEndCounter implements AutoCloseable {

  private static final String BENCH_JOB = "\"jobtype\":\"" + JobSubmitter.JOBTYPE + "\"";

  private final KafkaConsumer<String, String> consumer;
  private final Thread thread = new Thread(this::run, "job-finished");
  private final Set<UUID> seen = new HashSet<>();
  private final AtomicLong jobs = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private volatile boolean stopped;

  JobEndCounter(RunningStack stack) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:" + stack.kafkaPort());
    settings.put("enable.auto.commit", false);
    settings.put("max.poll.records", 5_000);
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.JOB_FINISHED).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.start();
  }

  /** Jobs that ended. */
  long jobs() {
    return jobs.get();
  }

  /** Events of jobs that were counted before; Kafka delivers at least once. */
  long repeats() {
    return repeats.get();
  }

  /** Jobs that were dropped because their deadline passed. */
  long stale() {
    return stale.get();
  }

  /** Jobs that ended neither by the end of their payload nor by their deadline. */
  long failed() {
    return failed.get();
  }

  private void run() {
    while (!stopped) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
        if (record.value().contains(BENCH_JOB)) {
          count(record);
        }
      }
    }
    consumer.close();
  }

  private void count(ConsumerRecord<String, String> record) {
    if (!seen.add(UUID.fromString(record.key()))) {
      repeats.incrementAndGet();
      return;
    }
    if (record.value().contains("\"reason\":\"stale\"")) {
      stale.incrementAndGet();
    } else if (!record.value().contains("\"state\":\"finished\"")) {
      failed.incrementAndGet();
    }
    jobs.incrementAndGet();
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
