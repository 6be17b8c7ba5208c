package org.p3s.monitor.http;

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

/** Counts the records on all dead-letter topics, of all services; Kafka tells of no change. */
@ApplicationScoped
class DeadLetters {

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  private final String servers;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "dead-letters"));
  private volatile long count;

  DeadLetters(@ConfigProperty(name = "kafka.bootstrap.servers") String servers) {
    this.servers = servers;
  }

  long count() {
    return count;
  }

  void start(@Observes StartupEvent event) {
    worker.scheduleWithFixedDelay(this::look, 5, 30, TimeUnit.SECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    worker.shutdownNow();
  }

  private void look() {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", servers, "default.api.timeout.ms", 10_000))) {
      List<String> topics =
          admin.listTopics().names().get(10, TimeUnit.SECONDS).stream()
              .filter(name -> name.endsWith("-dlq"))
              .toList();
      Map<TopicPartition, OffsetSpec> ends =
          admin.describeTopics(topics).allTopicNames().get(10, TimeUnit.SECONDS).values().stream()
              .flatMap(
                  topic ->
                      topic.partitions().stream()
                          .map(p -> new TopicPartition(topic.name(), p.partition())))
              .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest()));
      count =
          admin.listOffsets(ends).all().get(10, TimeUnit.SECONDS).values().stream()
              .mapToLong(offset -> offset.offset())
              .sum();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debugf("dead letters not counted: %s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
