package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.Topics;
import org.p3s.contracts.WorkflowFinished;

/**
 * {@code p3s bench file}: the time from the rename of a file into a watched directory (quiet period
 * 0) until a Kafka consumer receives {@code workflow-finished}, for a DAG of one job whose payload
 * is {@code /bin/true}.
 */
final class FileBench {

  private static final int WATCHER_PORT = 8084;
  private static final int WORKFLOW_PORT = 8081;
  private static final int KAFKA_PORT = 19092;
  private static final String NAME = "bench-file-path";
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Path data;
  private final int offset;
  private final PrintStream out;

  FileBench(Path data, int offset, PrintStream out) {
    this.data = data;
    this.offset = offset;
    this.out = out;
  }

  /** Measures one file after the other: first {@code warmup} that are not counted. */
  void run(int warmup, int count) throws IOException, InterruptedException {
    Path inbox = Files.createDirectories(data.resolve("bench/inbox"));
    Path staging = Files.createDirectories(data.resolve("bench/staging"));
    addDagAndWatch(inbox);
    try (KafkaConsumer<String, String> consumer = consumer()) {
      long[] nanos = new long[count];
      for (int i = 0; i < warmup + count; i++) {
        long taken = measureOneFile(consumer, inbox, staging);
        if (i >= warmup) {
          nanos[i - warmup] = taken;
        }
      }
      out.println("file renamed into place to workflow-finished: " + LatencyFigures.ofNanos(nanos));
    }
  }

  private void addDagAndWatch(Path inbox) throws IOException, InterruptedException {
    BlockingServiceClient services = new BlockingServiceClient(data, offset);
    String dag =
        """
        <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
          <key id="p" for="node" attr.name="payload" attr.type="string"/>
          <key id="j" for="node" attr.name="jobtype" attr.type="string"/>
          <key id="n" for="edge" attr.name="name" attr.type="string"/>
          <key id="d" for="edge" attr.name="dirpath" attr.type="string"/>
          <key id="t" for="edge" attr.name="datatype" attr.type="string"/>
          <key id="g" for="edge" attr.name="datatag" attr.type="string"/>
          <graph edgedefault="directed">
            <node id="INBOX"><data key="j">noop</data></node>
            <node id="job"><data key="p">/bin/true</data><data key="j">bench</data></node>
            <edge source="INBOX" target="job">
              <data key="n">input.txt</data><data key="d">.</data>
              <data key="t">TXT</data><data key="g">INPUT</data>
            </edge>
          </graph>
        </graphml>
        """;
    services.send(
        "POST",
        WORKFLOW_PORT,
        "/api/v1/dags?name=" + NAME + "&replace=true",
        "application/xml",
        dag,
        Set.of(200, 201));
    String watch =
        JsonCodec.mapper()
            .writeValueAsString(
                Map.of(
                    "name",
                    NAME,
                    "path",
                    inbox.toAbsolutePath().toString(),
                    "pattern",
                    "*.txt",
                    "quiet_period",
                    "PT0S",
                    "dags",
                    List.of(NAME)));
    services.send(
        "POST", WATCHER_PORT, "/api/v1/watches", "application/json", watch, Set.of(201, 409));
  }

  private long measureOneFile(KafkaConsumer<String, String> consumer, Path inbox, Path staging)
      throws IOException {
    String name = "bench-" + System.nanoTime() + ".txt";
    Path whole = Files.writeString(staging.resolve(name), "a line\n");
    Path target = inbox.resolve(name).toAbsolutePath();
    long start = System.nanoTime();
    Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    while (System.nanoTime() - start < LONGEST.toNanos()) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
        if (isEnd(record, target)) {
          long taken = System.nanoTime() - start;
          Files.delete(target);
          return taken;
        }
      }
    }
    throw new IOException("the workflow of " + target + " did not end within " + LONGEST);
  }

  private static boolean isEnd(ConsumerRecord<String, String> record, Path file)
      throws IOException {
    byte[] type = record.headers().lastHeader("ce_type").value();
    if (!new String(type, java.nio.charset.StandardCharsets.UTF_8).equals("workflow-finished.v1")) {
      return false;
    }
    WorkflowFinished end = JsonCodec.read(record.value(), WorkflowFinished.class);
    return file.toString().equals(end.path());
  }

  private KafkaConsumer<String, String> consumer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:" + (KAFKA_PORT + offset));
    settings.put("enable.auto.commit", false);
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.WORKFLOW_FINISHED).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return consumer;
  }
}
