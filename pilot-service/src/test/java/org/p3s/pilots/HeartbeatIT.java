package org.p3s.pilots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.p3s.pilots.PilotApi.as;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.pilots.PilotApi.RegisteredPilot;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/**
 * The tokens that pilots get with registrations and heartbeats, and heartbeats that are refused.
 */
@QuarkusTest
@TestProfile(TimersOff.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class HeartbeatIT {

  @Inject PilotTokens tokens;

  private static String register(UUID uuid, int slots) {
    return as("join")
        .body(
            "{\"uuid\":\"%s\",\"site\":\"local\",\"host\":\"h\",\"pid\":1,\"slots\":%d}"
                .formatted(uuid, slots))
        .post("/api/v1/pilots")
        .then()
        .statusCode(201)
        .extract()
        .path("token");
  }

  private static ValidatableResponse heartbeat(UUID uuid, String token, String body) {
    return PilotApi.heartbeat(new RegisteredPilot(uuid, token), body);
  }

  private static int slots(String token) throws Exception {
    byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
    return JsonCodec.mapper().readTree(claims).path("slots").asInt();
  }

  @Test
  void a_token_carries_the_slots_of_the_first_registration() throws Exception {
    UUID uuid = Ids.next();
    assertThat(slots(register(uuid, 3))).isEqualTo(3);
    // A repeat is the same pilot, whatever slots it asks for now.
    assertThat(slots(register(uuid, 7))).isEqualTo(3);
  }

  @Test
  void a_token_that_has_expired_or_was_forged_is_refused() throws Exception {
    UUID uuid = Ids.next();
    String fresh = register(uuid, 1);
    heartbeat(uuid, tokens.issue(uuid, "local", 1, Duration.ofHours(-1)).token(), "{}")
        .statusCode(401);
    heartbeat(uuid, fresh.substring(0, fresh.length() - 4) + "AAAA", "{}").statusCode(401);
    heartbeat(uuid, fresh, "{}").statusCode(200);
  }

  @Test
  void a_token_past_half_of_its_life_is_renewed_with_the_next_heartbeat_and_keeps_the_slots()
      throws Exception {
    UUID uuid = Ids.next();
    String token = register(uuid, 2);
    heartbeat(uuid, token, "{}").statusCode(200).body("token", nullValue());
    String before = tokens.issue(uuid, "local", 2, Duration.ofMinutes(1)).token();
    String renewed =
        heartbeat(uuid, before, "{}")
            .statusCode(200)
            .body("token", notNullValue())
            .extract()
            .path("token");
    assertThat(slots(renewed)).isEqualTo(2);
  }

  @Test
  void a_heartbeat_with_a_job_that_is_null_is_refused() throws Exception {
    UUID uuid = Ids.next();
    String token = register(uuid, 1);
    heartbeat(uuid, token, "{\"jobs\":[null]}")
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/jobs"));
    heartbeat(uuid, token, "{\"jobs\":[]}").statusCode(200);
  }
}
