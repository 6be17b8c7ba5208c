package org.p3s.workflow;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.Topics;

/** Sends events to the service under test by Kafka, and collects the events that it sends. */
final class ServiceEvents implements AutoCloseable {

  /** How long tests wait for something to happen. */
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final String DEAD_LETTERS =
      Topics.deadLetters(Topics.FILE_ARRIVED, "workflow-service");

  private final KafkaProducer<String, String> producer;
  private final List<Event> received = new CopyOnWriteArrayList<>();
  private final List<String> deadLetters = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private volatile boolean closed;

  ServiceEvents() {
    String servers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
    reader = new Thread(() -> read(servers), "service-events");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(String servers) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            servers,
            "group.id",
            UUID.randomUUID().toString(),
            "metadata.max.age.ms",
            500,
            "auto.offset.reset",
            "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(Topics.JOB_DEFINED, Topics.WORKFLOW_FINISHED, DEAD_LETTERS));
      while (!closed) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.topic().equals(DEAD_LETTERS)) {
            deadLetters.add(record.value());
          } else {
            received.add(parse(record));
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Event parse(ConsumerRecord<String, String> record) throws JsonProcessingException {
    String type =
        new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
    return JsonCodec.read(record.value(), EventType.of(type).orElseThrow().record());
  }

  /** Sends events and waits until Kafka has them. */
  void send(Event... events) {
    for (Event event : events) {
      EventType type = EventType.of(event);
      ProducerRecord<String, String> record =
          new ProducerRecord<>(type.topic(), event.key(), JsonCodec.write(event));
      record.headers().add("ce_type", type.type().getBytes(StandardCharsets.UTF_8));
      try {
        producer.send(record).get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The events that were received until now. */
  <E extends Event> List<E> received(Class<E> type, Predicate<E> which) {
    return received.stream().filter(type::isInstance).map(type::cast).filter(which).toList();
  }

  /** The first such event; waits until it is received. */
  <E extends Event> E awaitFirst(Class<E> type, Predicate<E> which) {
    await().atMost(TIMEOUT).until(() -> !received(type, which).isEmpty());
    return received(type, which).get(0);
  }

  /** The definition of a node's job; waits until it is received. */
  JobDefined awaitJobDefined(UUID workflow, String node) {
    return awaitFirst(
        JobDefined.class, job -> workflow.equals(job.wfuuid()) && node.equals(job.node()));
  }

  /** The definition of a job; waits until it is received. */
  JobDefined awaitJobDefined(UUID job) {
    return awaitFirst(JobDefined.class, defined -> defined.job().equals(job));
  }

  /** The nodes whose jobs were defined until now, in order; retries count again. */
  List<String> definedNodes(UUID workflow) {
    return received(JobDefined.class, job -> workflow.equals(job.wfuuid())).stream()
        .map(job -> String.valueOf(job.node()))
        .toList();
  }

  /** The values of the dead letters of {@code file-arrived} that were received until now. */
  List<String> deadLetters() {
    return deadLetters;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    reader.join(5_000);
    producer.close();
  }
}
