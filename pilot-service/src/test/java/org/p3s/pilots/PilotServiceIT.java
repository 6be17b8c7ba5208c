package org.p3s.pilots;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JsonCodec;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.Topics;
import org.p3s.pilots.app.LostPilotDetector;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The whole service against the real PostgreSQL and Kafka; only time is moved by hand. */
@QuarkusTest
@TestProfile(PilotServiceIT.ByHand.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class PilotServiceIT {

  /** Sweeps are called by the tests. */
  public static final class ByHand implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("pilots.sweep", "1h");
    }
  }

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String BUSY =
      "{\"state\":\"running\",\"jobs\":[{\"job\":\"01932d1c-7c00-7000-8000-000000000001\",\"lease\":7,\"pid\":11}],\"jobcount\":2}";

  @Inject TickedClock clock;
  @Inject LostPilotDetector detector;

  private record Registered(UUID uuid, String token) {}

  static RequestSpecification as(String name) {
    try {
      String dir = ConfigProvider.getConfig().getValue("p3s.security.dir", String.class);
      return bearer(Files.readString(Path.of(dir, name + ".token")).strip());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static RequestSpecification bearer(String token) {
    return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
  }

  static ValidatableResponse apply(UUID uuid, String site, String host) {
    return as("join")
        .body(
            "{\"uuid\":\"%s\",\"site\":\"%s\",\"host\":\"%s\",\"pid\":42}"
                .formatted(uuid, site, host))
        .post("/api/v1/pilots")
        .then();
  }

  private static Registered register(String host) {
    UUID uuid = Ids.next();
    return new Registered(uuid, apply(uuid, "local", host).statusCode(201).extract().path("token"));
  }

  private static ValidatableResponse beat(Registered pilot, String body) {
    return bearer(pilot.token()).body(body).post("/api/v1/pilots/" + pilot.uuid() + "/beat").then();
  }

  private static ValidatableResponse look(Registered pilot) {
    return as("viewer").get("/api/v1/pilots/" + pilot.uuid()).then().statusCode(200);
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.pass(Duration.ofSeconds(1));
      detector.sweep().await().atMost(LONG);
    }
  }

  private static List<PilotHeartbeat> told(UUID pilot, PilotHeartbeat.Kind kind) {
    List<PilotHeartbeat> found = new ArrayList<>();
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
      consumer.subscribe(List.of(Topics.PILOT_HEARTBEAT));
      await()
          .atMost(LONG)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          PilotHeartbeat event = read(record.value());
                          if (event.pilot().equals(pilot) && event.kind() == kind) {
                            found.add(event);
                          }
                        });
                return !found.isEmpty();
              });
    }
    return found;
  }

  private static PilotHeartbeat read(String json) {
    try {
      return JsonCodec.read(json, PilotHeartbeat.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_repeated_registration_is_the_same_pilot() {
    UUID uuid = Ids.next();
    apply(uuid, "local", "wn1").statusCode(201).body("beat_s", equalTo(5));
    apply(uuid, "local", "wn1").statusCode(201).body("uuid", equalTo(uuid.toString()));
    apply(uuid, "local", "another").statusCode(409);
    assertThat(told(uuid, PilotHeartbeat.Kind.REGISTER).get(0).site()).isEqualTo("local");
  }

  @Test
  void an_unknown_site_is_named() {
    apply(Ids.next(), "nowhere", "wn1")
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/site"))
        .body("detail", containsString("nowhere"));
  }

  @Test
  void a_beat_is_stored_answered_and_published() {
    Registered pilot = register("wn2");
    beat(pilot, BUSY).statusCode(200).body("state", equalTo("running")).body("orders", empty());
    look(pilot)
        .body("state", equalTo("running"))
        .body("jobcount", equalTo(2))
        .body("j_uuid", hasItem("01932d1c-7c00-7000-8000-000000000001"));
    assertThat(told(pilot.uuid(), PilotHeartbeat.Kind.BEAT).get(0).jobs().get(0).lease())
        .isEqualTo(7);
  }

  @Test
  void nobody_beats_for_another_or_without_a_state_that_lives() {
    Registered one = register("wn3");
    Registered two = register("wn3");
    bearer(one.token())
        .body(BUSY)
        .post("/api/v1/pilots/" + two.uuid() + "/beat")
        .then()
        .statusCode(403)
        .body("type", equalTo("/problems/not-yours"));
    beat(one, "{\"state\":\"timeout\"}").statusCode(422).body("detail", containsString("/state"));
    as("operator").body(BUSY).post("/api/v1/pilots/" + one.uuid() + "/beat").then().statusCode(403);
  }

  @Test
  void four_missed_beats_end_a_pilot_and_it_learns_so() {
    Registered pilot = register("wn4");
    beat(pilot, BUSY).statusCode(200);
    pass(19);
    look(pilot).body("state", equalTo("running"));
    pass(3);
    look(pilot).body("state", equalTo("timeout")).body("status", equalTo("TO"));
    PilotHeartbeat end = told(pilot.uuid(), PilotHeartbeat.Kind.END).get(0);
    assertThat(end.state()).isEqualTo("timeout");
    assertThat(end.jobs()).hasSize(1);
    beat(pilot, BUSY).statusCode(410).body("type", equalTo("/problems/pilot-gone"));
    apply(pilot.uuid(), "local", "wn4").statusCode(409);
  }

  @Test
  void a_stall_of_five_seconds_loses_nobody() {
    Registered pilot = register("wn5");
    for (int i = 0; i < 4; i++) {
      beat(pilot, BUSY).statusCode(200);
      pass(10);
    }
    look(pilot).body("state", equalTo("running"));
  }

  @Test
  void an_order_to_drain_reaches_the_pilot_with_its_next_beat() {
    Registered pilot = register("wn-drain");
    Registered other = register("wn-other");
    as("operator")
        .post("/api/v1/pilots/drain?host=wn-drain&site=local")
        .then()
        .statusCode(200)
        .body("count", equalTo(1));
    beat(pilot, BUSY).body("state", equalTo("draining")).body("orders.order", hasItem("drain"));
    beat(other, BUSY).body("state", equalTo("running")).body("orders", empty());
  }

  @Test
  void a_kill_is_an_order_and_its_end_says_so() {
    Registered pilot = register("wn-kill");
    as("operator").delete("/api/v1/pilots/" + pilot.uuid()).then().statusCode(204);
    beat(pilot, BUSY).statusCode(200).body("orders.order", hasItem("stop"));
    bearer(pilot.token()).delete("/api/v1/pilots/" + pilot.uuid()).then().statusCode(204);
    look(pilot).body("state", equalTo("stopped")).body("status", equalTo("KILL"));
    assertThat(told(pilot.uuid(), PilotHeartbeat.Kind.END).get(0).state()).isEqualTo("stopped");
    beat(pilot, BUSY).statusCode(410);
  }

  private static ValidatableResponse told(String verb, String query, int count) {
    return as("operator")
        .post("/api/v1/pilots/" + verb + "?" + query)
        .then()
        .statusCode(200)
        .body("count", equalTo(count));
  }

  @Test
  void several_uuids_are_chosen_at_once_and_selectors_narrow_them() {
    Registered one = register("wn-many-1");
    Registered two = register("wn-many-2");
    Registered three = register("wn-many-3");
    String both = "uuid=" + one.uuid() + "&uuid=" + two.uuid();
    told("kill", both + "&host=wn-many-2&site=local&state=active&dry_run=true", 1);
    told("kill", both + "&host=wn-many-3", 0);
    told("kill", both + "&site=elsewhere", 0);
    told("kill", both + "&state=running", 0);
    beat(one, BUSY).body("orders", empty());
    told("drain", both + "&dry_run=true", 2);
    told("drain", both, 2);
    beat(one, BUSY).body("orders.order", hasItem("drain"));
    beat(two, BUSY).body("orders.order", hasItem("drain"));
    beat(three, BUSY).body("orders", empty());
  }

  @Test
  void a_pilot_that_is_to_stop_is_not_told_to_take_its_time() {
    Registered pilot = register("wn-stop-drain");
    told("kill", "uuid=" + pilot.uuid(), 1);
    told("drain", "uuid=" + pilot.uuid(), 0);
    beat(pilot, BUSY).body("orders.order", hasItem("stop"));
  }

  @Test
  void without_a_selector_nobody_is_killed() {
    as("operator").post("/api/v1/pilots/kill").then().statusCode(422);
    as("viewer").post("/api/v1/pilots/kill?site=local").then().statusCode(403);
  }

  @Test
  void a_pilot_that_leaves_is_stopped_in_order() {
    Registered pilot = register("wn6");
    bearer(pilot.token())
        .delete("/api/v1/pilots/" + pilot.uuid() + "?reason=done")
        .then()
        .statusCode(204);
    look(pilot).body("status", equalTo("OK")).body("reason", equalTo("done"));
  }

  @Test
  void beats_and_losses_are_counted() {
    beat(register("wn7"), BUSY).statusCode(200);
    pass(1);
    as("viewer")
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("p3s_beats_received_total"))
        .body(containsString("p3s_pilots_lost_total"))
        .body(containsString("p3s_pilots{state=\"running\"}"));
  }
}
