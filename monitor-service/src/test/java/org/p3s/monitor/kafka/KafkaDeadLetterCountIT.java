package org.p3s.monitor.kafka;

import static org.awaitility.Awaitility.await;
import static org.p3s.monitor.SampleEvents.jobDefined;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.Topics;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.platform.kafka.Publisher;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class KafkaDeadLetterCountIT extends MonitorTestBase {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Inject Publisher publisher;
  @Inject KafkaDeadLetterCount deadLetters;

  @Test
  void a_record_that_cannot_be_read_is_counted_and_does_not_stop_the_topic() {
    deadLetters.countAgain();
    long before = deadLetters.lastCount();
    send("this is no JSON");
    UUID job = Ids.next();
    publisher.send(jobDefined(job).build()).await().atMost(LIMIT);
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              deadLetters.countAgain();
              return deadLetters.lastCount() == before + 1;
            });
    await().atMost(LIMIT).untilAsserted(() -> get("/api/v1/jobs/" + job));
  }

  private void send(String payload) {
    RecordHeader type =
        new RecordHeader("ce_type", "job-defined.v1".getBytes(StandardCharsets.UTF_8));
    publisher.send(Topics.JOB_DEFINED, "key", payload, List.of(type)).await().atMost(LIMIT);
  }
}
