package org.p3s.monitor;

import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.Event;
import org.p3s.monitor.app.EventProjector;

/** For tests that project events, without Kafka, and then send requests to the running service. */
public abstract class MonitorTestBase {

  @Inject EventProjector projector;

  /** Projects the events as one batch. */
  protected void project(Event... batch) {
    projector.project(List.of(batch)).await().atMost(Duration.ofSeconds(30));
  }

  /** Projects each event twice, in batches of one, in an order that the seed chooses. */
  protected void projectShuffled(List<? extends Event> events, int seed) {
    List<Event> shuffled = new ArrayList<>(events);
    shuffled.addAll(events);
    Collections.shuffle(shuffled, new Random(seed));
    shuffled.forEach(this::project);
  }

  protected static ValidatableResponse get(String path) {
    return as("viewer").get(path).then().statusCode(200);
  }

  /** A request of somebody who has the role. */
  protected static RequestSpecification as(String role) {
    return given().header("Authorization", "Bearer " + token(role));
  }

  protected static String token(String role) {
    try {
      String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
      return Files.readString(Path.of(dir, role + ".token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
