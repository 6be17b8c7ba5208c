package org.p3s.pilots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.p3s.pilots.PilotApi.as;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.pilots.app.PilotSupplyLoop;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/**
 * The provider {@code local} starts the real pilot, which registers with this service. Skipped
 * where the pilot's jar was not built; a build of all modules builds it first.
 */
@QuarkusTest
@TestProfile(LocalPilotIT.WithRealPilots.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class LocalPilotIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path JAR = Path.of("../pilot/target/p3s-pilot.jar");

  /** The service has a port that is known before it starts, for the pilot's command line. */
  public static final class WithRealPilots extends TimersOff {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> config = new HashMap<>(super.getConfigOverrides());
      int port = freePort();
      config.put("quarkus.http.test-port", Integer.toString(port));
      config.put("pilots.local.server", "http://127.0.0.1:" + port);
      config.put("pilots.local.jar", JAR.toString());
      config.put("pilots.local.directory", "target/local-pilots/" + Ids.next());
      return config;
    }

    private static int freePort() {
      try (ServerSocket socket = new ServerSocket(0)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Inject PilotSupplyLoop loop;

  private static void putSite(int pilots) {
    as("operator")
        .body(
            "{\"provider\":\"local\",\"pilots\":%d,\"pilotperiod\":0,\"pilotbeat\":1}"
                .formatted(pilots))
        .put("/api/v1/sites/real");
  }

  private static ValidatableResponse pilots() {
    return as("viewer").get("/api/v1/pilots?site=real").then().statusCode(200);
  }

  private void check() {
    loop.check().await().atMost(LIMIT);
  }

  @Test
  void a_started_pilot_registers_is_counted_once_and_stops_on_command() {
    assumeTrue(Files.exists(JAR), "the pilot's jar was not built");
    putSite(1);
    check();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> pilots().body("items", hasSize(1)).body("items[0].extra", startsWith("local-")));
    check();
    check();
    long pid = pilots().body("items", hasSize(1)).extract().jsonPath().getLong("items[0].pid");
    assertThat(ProcessHandle.of(pid)).as("the process of the pilot").isPresent();
    putSite(0);
    as("operator").post("/api/v1/pilots/kill?site=real").then().body("count", equalTo(1));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                pilots()
                    .body("items[0].state", equalTo("stopped"))
                    .body("items[0].status", equalTo("KILL")));
    await().atMost(LIMIT).until(() -> ProcessHandle.of(pid).isEmpty());
    check();
    pilots().body("items", hasSize(1));
    as("operator").delete("/api/v1/sites/real").then().statusCode(204);
  }
}
