package org.p3s.monitor.kafka;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.p3s.monitor.app.DeadLetterCount;

/**
 * Adds up the end offsets of all dead-letter topics, every 30 seconds, because Kafka does not
 * notify anybody of a new topic. End offsets never fall, so records that Kafka has deleted still
 * count.
 */
@ApplicationScoped
class KafkaDeadLetterCount implements DeadLetterCount {

  private static final Logger LOG = Logger.getLogger(KafkaDeadLetterCount.class);
  private static final int TIMEOUT_SECONDS = 10;

  private final String servers;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "dead-letters"));
  private volatile long count;

  KafkaDeadLetterCount(@ConfigProperty(name = "kafka.bootstrap.servers") String servers) {
    this.servers = servers;
  }

  @Override
  public long lastCount() {
    return count;
  }

  void start(@Observes StartupEvent event) {
    timer.scheduleWithFixedDelay(this::countAgain, 5, 30, TimeUnit.SECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdownNow();
  }

  /** Keeps the last count if Kafka cannot be reached. */
  void countAgain() {
    try (Admin admin = Admin.create(settings())) {
      count =
          admin
              .listOffsets(endsOf(partitions(admin)))
              .all()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .values()
              .stream()
              .mapToLong(end -> end.offset())
              .sum();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.warnf("dead letters could not be counted, the next try is in 30 s: %s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The client refuses a timeout of calls that is shorter than that of requests. */
  private Map<String, Object> settings() {
    int millis = TIMEOUT_SECONDS * 1_000;
    return Map.of(
        "bootstrap.servers",
        servers,
        "request.timeout.ms",
        millis,
        "default.api.timeout.ms",
        millis);
  }

  private static List<TopicPartition> partitions(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    List<String> topics =
        admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).stream()
            .filter(name -> name.endsWith("-dlq"))
            .toList();
    return admin
        .describeTopics(topics)
        .allTopicNames()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .values()
        .stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
        .toList();
  }

  private static Map<TopicPartition, OffsetSpec> endsOf(List<TopicPartition> partitions) {
    return partitions.stream()
        .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
  }
}
