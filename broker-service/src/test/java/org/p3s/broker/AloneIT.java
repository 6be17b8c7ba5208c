package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The built service as a process of its own. */
class AloneIT {

  @Test
  void it_starts_by_java_and_a_stop_does_not_wait_for_polls() throws Exception {
    KafkaAndPostgres resources = new KafkaAndPostgres();
    resources.init(Map.of("service", "broker"));
    Map<String, String> settings = resources.start();
    try (Replica alone = Replica.start(settings, "alone").awaitReady()) {
      assertThat(alone.status("/api/v1/summary", "")).isEqualTo(401);
      UUID pilot = UUID.randomUUID();
      CompletableFuture<Replica.Answer> poll =
          alone.post(
              "/api/v1/pilots/" + pilot + "/next?wait=60s",
              Replica.pilotToken(settings, pilot, "alone"),
              Map.of("request", UUID.randomUUID()));
      await().atMost(Replica.LONG).until(() -> alone.parked() == 1);
      alone.process.destroy();
      long most = Replica.LONG.toSeconds();
      assertThat(poll.get(most, TimeUnit.SECONDS).status()).isEqualTo(204);
      assertThat(alone.process.waitFor(most, TimeUnit.SECONDS)).as("stopped").isTrue();
    }
  }
}
