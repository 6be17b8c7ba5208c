package org.p3s.standalone.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads all records of a topic, and can send a record a second time. */
final class TopicReader implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaConsumer<String, String> consumer;
  private final String servers;
  private final List<TopicPartition> partitions;

  TopicReader(String servers, String topic) {
    this.servers = servers;
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "enable.auto.commit", false),
            new StringDeserializer(),
            new StringDeserializer());
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
  }

  /** All records that are on the topic now. */
  List<ConsumerRecord<String, String>> all() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    consumer.seekToBeginning(partitions);
    List<ConsumerRecord<String, String>> all = new java.util.ArrayList<>();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(Duration.ofMillis(200)).forEach(all::add);
    }
    return all;
  }

  /** The ends of each job on the topic {@code job-finished}; a repeat of an end counts once. */
  Map<String, Set<String>> endsByJob() throws IOException {
    Map<String, Set<String>> ends = new HashMap<>();
    for (ConsumerRecord<String, String> record : all()) {
      JsonNode event = JSON.readTree(record.value());
      ends.computeIfAbsent(event.get("job").asText(), job -> new HashSet<>())
          .add(event.get("state").asText() + " lease " + event.path("lease").asText());
    }
    return ends;
  }

  /**
   * The ids of the jobs that have an event of a type on the topic.
   *
   * @param type the CloudEvents type, for instance {@code job-defined.v1}
   */
  Set<String> jobsOf(String type) throws IOException {
    Set<String> jobs = new HashSet<>();
    for (ConsumerRecord<String, String> record : all()) {
      byte[] value = record.headers().lastHeader("ce_type").value();
      if (new String(value, StandardCharsets.UTF_8).equals(type)) {
        jobs.add(JSON.readTree(record.value()).get("job").asText());
      }
    }
    return jobs;
  }

  /** Sends the record again, to the same partition, with the same headers. */
  void sendAgain(ConsumerRecord<String, String> record) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers), new StringSerializer(), new StringSerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  record.topic(),
                  record.partition(),
                  record.key(),
                  record.value(),
                  record.headers()))
          .get();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
