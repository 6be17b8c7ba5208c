package org.p3s.pilots;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.Ids;

/** Calls the API of the service under test. */
final class PilotApi {

  /** A pilot that has registered, with its own token. */
  record RegisteredPilot(UUID uuid, String token) {}

  /** A request with one of the tokens in {@code p3s.security.dir}: {@code operator}. */
  static RequestSpecification as(String name) {
    String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
    try {
      return withToken(Files.readString(Path.of(dir, name + ".token")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RequestSpecification withToken(String token) {
    return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
  }

  static ValidatableResponse tryRegister(UUID uuid, String site, String host) {
    return as("join")
        .body(
            "{\"uuid\":\"%s\",\"site\":\"%s\",\"host\":\"%s\",\"pid\":42}"
                .formatted(uuid, site, host))
        .post("/api/v1/pilots")
        .then();
  }

  /** Registers a new pilot at the site {@code local}. */
  static RegisteredPilot register(String host) {
    UUID uuid = Ids.next();
    String token = tryRegister(uuid, "local", host).statusCode(201).extract().path("token");
    return new RegisteredPilot(uuid, token);
  }

  static ValidatableResponse heartbeat(RegisteredPilot pilot, String body) {
    return withToken(pilot.token())
        .body(body)
        .post("/api/v1/pilots/" + pilot.uuid() + "/beat")
        .then();
  }

  static ValidatableResponse show(UUID pilot) {
    return as("viewer").get("/api/v1/pilots/" + pilot).then().statusCode(200);
  }

  private PilotApi() {}
}
