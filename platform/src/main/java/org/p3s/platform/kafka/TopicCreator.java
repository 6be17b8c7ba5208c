package org.p3s.platform.kafka;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;
import org.p3s.contracts.Topics;

/**
 * Creates missing topics, and the dead-letter topics of this service, before the channels start: a
 * consumer of a topic that does not exist yet checks again only after minutes. While Kafka is away
 * the start of the service waits here and logs that it waits.
 */
@ApplicationScoped
class TopicCreator {

  private static final Logger LOG = Logger.getLogger(TopicCreator.class);

  private final TopicsConfig topics;
  private final SmallRyeConfig config;

  TopicCreator(TopicsConfig topics, SmallRyeConfig config) {
    this.topics = topics;
    this.config = config;
  }

  void create(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start)
      throws InterruptedException {
    String servers = config.getValue("kafka.bootstrap.servers", String.class);
    Map<String, Object> settings =
        Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            500,
            "default.api.timeout.ms",
            10_000,
            "request.timeout.ms",
            5_000);
    try (Admin admin = Admin.create(settings)) {
      while (!created(admin)) {
        LOG.warnf("waiting for Kafka at %s", servers);
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
  }

  private boolean created(Admin admin) throws InterruptedException {
    try {
      Set<String> there = admin.listTopics().names().get(15, TimeUnit.SECONDS);
      List<NewTopic> missing =
          wanted().stream().filter(topic -> !there.contains(topic)).map(this::describe).toList();
      for (var created : admin.createTopics(missing).values().values()) {
        await(created);
      }
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.debugf(e, "topics are not created yet");
      return false;
    }
  }

  private static void await(org.apache.kafka.common.KafkaFuture<Void> created)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      created.get(15, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      // Services start at the same time; another one created it first.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private List<String> wanted() {
    List<String> wanted = new ArrayList<>(Topics.ALL);
    String service = config.getValue("quarkus.application.name", String.class);
    for (String name : config.getPropertyNames()) {
      if (name.startsWith("mp.messaging.incoming.")
          && (name.endsWith(".topic") || name.endsWith(".topics"))) {
        for (String topic : config.getValue(name, String.class).split(",", -1)) {
          wanted.add(Topics.deadLetters(topic.strip(), service));
        }
      }
    }
    return wanted;
  }

  private NewTopic describe(String topic) {
    Duration retention =
        topics
            .retention()
            .getOrDefault(topic, topics.retention().getOrDefault("default", Duration.ofDays(30)));
    return new NewTopic(topic, topics.partitions(), topics.replication())
        .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
  }
}
