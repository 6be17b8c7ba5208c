package org.p3s.workflow;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Event;
import org.p3s.contracts.EventType;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.ObservedFile;
import org.p3s.contracts.Topics;

/** The two ways into the service under test, used as other services and people use them. */
final class Wire implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(30);
  private static final ObjectMapper MAPPER = JsonCodec.apiMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String DLQ = Topics.deadLetters(Topics.FILE_ARRIVED, "workflow-service");

  private final KafkaProducer<String, String> producer;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  final List<ConsumerRecord<String, String>> dead = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private volatile boolean closed;

  record Answer(int status, String text) {
    JsonNode json() {
      try {
        return MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(text, e);
      }
    }

    String problem() {
      return json().path("type").asText().replace("/problems/", "");
    }

    /** Of the jobs that were made. */
    List<UUID> uuids() {
      List<UUID> uuids = new ArrayList<>();
      json().path("items").forEach(one -> uuids.add(UUID.fromString(one.path("uuid").asText())));
      return uuids;
    }

    UUID uuid() {
      return UUID.fromString(json().path("uuid").asText());
    }
  }

  /** A job's first attempt runs. */
  static JobProgress runs(UUID job, String site) {
    return new JobProgress(
        job,
        null,
        null,
        JobProgress.State.RUNNING,
        1,
        7,
        UUID.randomUUID(),
        site,
        "h",
        4L,
        "/w",
        null,
        Instant.now());
  }

  Wire() {
    String servers = config("kafka.bootstrap.servers");
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
    reader = new Thread(() -> read(servers), "wire");
    reader.setDaemon(true);
    reader.start();
  }

  private static String config(String key) {
    return ConfigProvider.getConfig().getValue(key, String.class);
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
      consumer.subscribe(List.of(Topics.JOB_DEFINED, Topics.WORKFLOW_FINISHED, DLQ));
      while (!closed) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.topic().equals(DLQ)) {
            dead.add(record);
          } else {
            events.add(parse(record));
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

  void tell(Event... said) {
    for (Event event : said) {
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

  <E extends Event> List<E> all(Class<E> type, Predicate<E> which) {
    return events.stream().filter(type::isInstance).map(type::cast).filter(which).toList();
  }

  <E extends Event> E one(Class<E> type, Predicate<E> which) {
    await().atMost(LONG).until(() -> !all(type, which).isEmpty());
    return all(type, which).get(0);
  }

  /** The definition of a node's job, once it is told. */
  JobDefined defined(UUID workflow, String node) {
    return one(JobDefined.class, job -> workflow.equals(job.wfuuid()) && node.equals(job.node()));
  }

  List<String> definedNodes(UUID workflow) {
    return all(JobDefined.class, job -> workflow.equals(job.wfuuid())).stream()
        .map(job -> String.valueOf(job.node()))
        .toList();
  }

  static JobFinished end(JobDefined job, JobEnd state, @Nullable Integer errcode) {
    Instant now = Instant.now();
    return new JobFinished(
        job.job(),
        job.wfuuid(),
        job.node(),
        job.jobtype(),
        state,
        job.attempt(),
        1,
        errcode,
        null,
        null,
        UUID.randomUUID(),
        "site",
        "host",
        42L,
        "/work",
        now,
        now,
        now,
        0.5,
        1000L,
        files(job.inputs()),
        files(job.outputs()),
        null,
        null);
  }

  private static List<ObservedFile> files(List<String> paths) {
    return paths.stream()
        .map(path -> new ObservedFile(path, true, 12L, Instant.now(), null))
        .toList();
  }

  static JobFinished success(JobDefined job) {
    return end(job, JobEnd.FINISHED, 0);
  }

  static Answer call(
      String method, String path, String role, @Nullable String type, byte[] body, String... more) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + config("quarkus.http.test-port") + "/api/v1" + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!role.isEmpty()) {
      request.header("Authorization", "Bearer " + token(role));
    }
    if (type != null) {
      request.header("Content-Type", type);
    }
    if (more.length > 0) {
      request.headers(more);
    }
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String token(String role) {
    try {
      return Files.readString(Path.of(config("p3s.security.dir"), role + ".token")).strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Answer get(String path, String... headers) {
    return call("GET", path, "viewer", null, new byte[0], headers);
  }

  static Answer delete(String path) {
    return call("DELETE", path, "operator", null, new byte[0]);
  }

  static Answer post(String path, String json, String... headers) {
    return call("POST", path, "operator", "application/json", bytes(json), headers);
  }

  static Answer patch(String path, String json) {
    return call("PATCH", path, "operator", "application/json", bytes(json));
  }

  static Answer load(String query, String graphml) {
    return call("POST", "/dags?" + query, "operator", "application/graphml+xml", bytes(graphml));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    reader.join(5_000);
    producer.close();
  }
}
