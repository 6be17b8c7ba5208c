package org.p3s.pilots;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** What a pilot is told with its registration and its beats, and what a beat may not say. */
@QuarkusTest
@TestProfile(PilotServiceIT.ByHand.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class BeatIT {

  @Inject PilotTokens tokens;

  private static String register(UUID uuid, int slots) throws Exception {
    String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
    String join = Files.readString(Path.of(dir, "join.token")).strip();
    return post(
            "/api/v1/pilots",
            join,
            "{\"uuid\":\"%s\",\"site\":\"local\",\"host\":\"h\",\"pid\":1,\"slots\":%d}"
                .formatted(uuid, slots))
        .statusCode(201)
        .extract()
        .path("token");
  }

  private static ValidatableResponse beat(UUID uuid, String token, String body) {
    return post("/api/v1/pilots/" + uuid + "/beat", token, body);
  }

  private static ValidatableResponse post(String path, String token, String body) {
    return given()
        .header("Authorization", "Bearer " + token)
        .contentType(ContentType.JSON)
        .body(body)
        .post(path)
        .then();
  }

  private static int slots(String token) throws Exception {
    byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
    return JsonCodec.mapper().readTree(claims).path("slots").asInt();
  }

  @Test
  void a_token_says_how_many_slots_were_registered() throws Exception {
    UUID uuid = Ids.next();
    assertThat(slots(register(uuid, 3))).isEqualTo(3);
    // A repeat is the same pilot, whatever it says now.
    assertThat(slots(register(uuid, 7))).isEqualTo(3);
  }

  @Test
  void a_token_that_has_expired_or_was_forged_is_refused() throws Exception {
    UUID uuid = Ids.next();
    String fresh = register(uuid, 1);
    beat(uuid, tokens.issue(uuid, "local", 1, Duration.ofHours(-1)).token(), "{}").statusCode(401);
    beat(uuid, fresh.substring(0, fresh.length() - 4) + "AAAA", "{}").statusCode(401);
    beat(uuid, fresh, "{}").statusCode(200);
  }

  @Test
  void a_token_past_half_of_its_life_is_renewed_with_the_next_beat_and_keeps_the_slots()
      throws Exception {
    UUID uuid = Ids.next();
    String token = register(uuid, 2);
    beat(uuid, token, "{}").statusCode(200).body("token", nullValue());
    String before = tokens.issue(uuid, "local", 2, Duration.ofMinutes(1)).token();
    String renewed =
        beat(uuid, before, "{}")
            .statusCode(200)
            .body("token", notNullValue())
            .extract()
            .path("token");
    assertThat(slots(renewed)).isEqualTo(2);
  }

  @Test
  void a_beat_with_a_job_that_is_null_is_refused() throws Exception {
    UUID uuid = Ids.next();
    String token = register(uuid, 1);
    beat(uuid, token, "{\"jobs\":[null]}")
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/jobs"));
    beat(uuid, token, "{\"jobs\":[]}").statusCode(200);
  }
}
