package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Starts the built service as a separate process. */
class StandaloneProcessIT {

  @Test
  void the_built_service_starts_and_stops_without_waiting_for_polls() throws Exception {
    KafkaAndPostgres resources = new KafkaAndPostgres();
    resources.init(Map.of("service", "broker"));
    Map<String, String> settings = resources.start();
    try (BrokerProcess alone = BrokerProcess.start(settings, "alone").awaitReady()) {
      assertThat(alone.status("/api/v1/summary", "")).isEqualTo(401);
      UUID pilot = UUID.randomUUID();
      CompletableFuture<BrokerProcess.Answer> poll =
          alone.post(
              "/api/v1/pilots/" + pilot + "/next?wait=60s",
              BrokerProcess.pilotToken(settings, pilot, "alone"),
              Map.of("request", UUID.randomUUID()));
      await().atMost(BrokerProcess.LONG).until(() -> alone.pendingPolls() == 1);
      alone.process.destroy();
      long most = BrokerProcess.LONG.toSeconds();
      assertThat(poll.get(most, TimeUnit.SECONDS).status()).isEqualTo(204);
      assertThat(alone.process.waitFor(most, TimeUnit.SECONDS)).as("stopped").isTrue();
    }
  }
}
