package org.p3s.pilots;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.Event;
import org.p3s.contracts.JsonCodec;

/** Reads what the service under test has published. */
final class TopicReader {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Waits for an event that fits, and returns all that fit and have come until then. */
  static <E extends Event> List<E> readUntil(String topic, Class<E> type, Predicate<E> fits) {
    List<E> found = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          E event = read(record.value(), type);
                          if (fits.test(event)) {
                            found.add(event);
                          }
                        });
                return !found.isEmpty();
              });
    }
    return found;
  }

  private static <E extends Event> E read(String json, Class<E> type) {
    try {
      return JsonCodec.read(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private TopicReader() {}
}
