package org.p3s.monitor.projection;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.eclipse.microprofile.config.ConfigProvider;
import org.p3s.contracts.Event;

/** Tells the projection events, and asks as people do. */
abstract class Folding {

  static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @Inject Projection projection;

  void fold(Event... events) {
    projection.fold(List.of(events)).await().atMost(Duration.ofSeconds(30));
  }

  /** Each of them twice and one by one, in an order that the seed chooses. */
  void foldShuffled(List<? extends Event> events, int seed) {
    List<Event> shuffled = new ArrayList<>(events);
    shuffled.addAll(events);
    Collections.shuffle(shuffled, new Random(seed));
    shuffled.forEach(this::fold);
  }

  static RequestSpecification as(String role) {
    try {
      String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
      String token = Files.readString(Path.of(dir, role + ".token")).strip();
      return given().header("Authorization", "Bearer " + token);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
