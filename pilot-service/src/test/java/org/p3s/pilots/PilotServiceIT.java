package org.p3s.pilots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.p3s.pilots.PilotApi.as;
import static org.p3s.pilots.PilotApi.heartbeat;
import static org.p3s.pilots.PilotApi.register;
import static org.p3s.pilots.PilotApi.show;
import static org.p3s.pilots.PilotApi.tryRegister;
import static org.p3s.pilots.PilotApi.withToken;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.Topics;
import org.p3s.pilots.PilotApi.RegisteredPilot;
import org.p3s.pilots.app.LostPilotDetector;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The whole service with a real PostgreSQL and Kafka; the tests move the clock. */
@QuarkusTest
@TestProfile(TimersOff.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class PilotServiceIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String RUNNING =
      "{\"state\":\"running\",\"jobs\":[{\"job\":\"01932d1c-7c00-7000-8000-000000000001\",\"lease\":7,\"pid\":11}],\"jobcount\":2}";

  @Inject TickedClock clock;
  @Inject LostPilotDetector detector;

  /** Lets time pass with a check for lost pilots in every second. */
  private void runForSeconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(Duration.ofSeconds(1));
      detector.sweep().await().atMost(LIMIT);
    }
  }

  /** The events of that kind about a pilot, once there is one. */
  private static List<PilotHeartbeat> published(UUID pilot, PilotHeartbeat.Kind kind) {
    return TopicReader.readUntil(
        Topics.PILOT_HEARTBEAT,
        PilotHeartbeat.class,
        event -> event.pilot().equals(pilot) && event.kind() == kind);
  }

  @Test
  void a_repeated_registration_is_the_same_pilot() {
    UUID uuid = Ids.next();
    tryRegister(uuid, "local", "wn1").statusCode(201).body("beat_s", equalTo(5));
    tryRegister(uuid, "local", "wn1").statusCode(201).body("uuid", equalTo(uuid.toString()));
    tryRegister(uuid, "local", "another").statusCode(409);
    assertThat(published(uuid, PilotHeartbeat.Kind.REGISTER).get(0).site()).isEqualTo("local");
  }

  @Test
  void an_unknown_site_is_named() {
    tryRegister(Ids.next(), "nowhere", "wn1")
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/site"))
        .body("detail", containsString("nowhere"));
  }

  @Test
  void a_heartbeat_is_stored_answered_and_published() {
    RegisteredPilot pilot = register("wn2");
    heartbeat(pilot, RUNNING)
        .statusCode(200)
        .body("state", equalTo("running"))
        .body("orders", empty());
    show(pilot.uuid())
        .body("state", equalTo("running"))
        .body("jobcount", equalTo(2))
        .body("j_uuid", hasItem("01932d1c-7c00-7000-8000-000000000001"));
    assertThat(published(pilot.uuid(), PilotHeartbeat.Kind.BEAT).get(0).jobs().get(0).lease())
        .isEqualTo(7);
  }

  @Test
  void a_heartbeat_for_another_pilot_or_with_an_end_state_is_refused() {
    RegisteredPilot one = register("wn3");
    RegisteredPilot two = register("wn3");
    withToken(one.token())
        .body(RUNNING)
        .post("/api/v1/pilots/" + two.uuid() + "/beat")
        .then()
        .statusCode(403)
        .body("type", equalTo("/problems/not-yours"));
    heartbeat(one, "{\"state\":\"timeout\"}")
        .statusCode(422)
        .body("detail", containsString("/state"));
    as("operator")
        .body(RUNNING)
        .post("/api/v1/pilots/" + one.uuid() + "/beat")
        .then()
        .statusCode(403);
  }

  @Test
  void a_pilot_that_misses_four_heartbeats_ends_and_is_answered_with_gone() {
    RegisteredPilot pilot = register("wn4");
    heartbeat(pilot, RUNNING).statusCode(200);
    runForSeconds(19);
    show(pilot.uuid()).body("state", equalTo("running"));
    runForSeconds(3);
    show(pilot.uuid()).body("state", equalTo("timeout")).body("status", equalTo("TO"));
    PilotHeartbeat end = published(pilot.uuid(), PilotHeartbeat.Kind.END).get(0);
    assertThat(end.state()).isEqualTo("timeout");
    assertThat(end.jobs()).hasSize(1);
    heartbeat(pilot, RUNNING).statusCode(410).body("type", equalTo("/problems/pilot-gone"));
    tryRegister(pilot.uuid(), "local", "wn4").statusCode(409);
  }

  @Test
  void a_pilot_that_misses_every_second_heartbeat_is_not_lost() {
    RegisteredPilot pilot = register("wn5");
    for (int i = 0; i < 4; i++) {
      heartbeat(pilot, RUNNING).statusCode(200);
      runForSeconds(10);
    }
    show(pilot.uuid()).body("state", equalTo("running"));
  }

  @Test
  void time_in_which_the_service_stood_still_is_no_silence_of_a_pilot() {
    RegisteredPilot pilot = register("wn-stall");
    heartbeat(pilot, RUNNING).statusCode(200);
    runForSeconds(1);
    // Longer than two periods of the check, which is how a stall is noticed.
    clock.advance(Duration.ofHours(3));
    runForSeconds(19);
    show(pilot.uuid()).body("state", equalTo("running"));
    runForSeconds(3);
    show(pilot.uuid()).body("state", equalTo("timeout"));
  }

  @Test
  void the_command_to_drain_reaches_the_pilot_with_its_next_heartbeat() {
    RegisteredPilot pilot = register("wn-drain");
    RegisteredPilot other = register("wn-other");
    as("operator")
        .post("/api/v1/pilots/drain?host=wn-drain&site=local")
        .then()
        .statusCode(200)
        .body("count", equalTo(1));
    heartbeat(pilot, RUNNING)
        .body("state", equalTo("draining"))
        .body("orders.order", hasItem("drain"));
    heartbeat(other, RUNNING).body("state", equalTo("running")).body("orders", empty());
  }

  @Test
  void a_pilot_that_an_operator_stops_ends_with_the_status_KILL() {
    RegisteredPilot pilot = register("wn-kill");
    as("operator").delete("/api/v1/pilots/" + pilot.uuid()).then().statusCode(204);
    heartbeat(pilot, RUNNING).statusCode(200).body("orders.order", hasItem("stop"));
    withToken(pilot.token()).delete("/api/v1/pilots/" + pilot.uuid()).then().statusCode(204);
    show(pilot.uuid()).body("state", equalTo("stopped")).body("status", equalTo("KILL"));
    assertThat(published(pilot.uuid(), PilotHeartbeat.Kind.END).get(0).state())
        .isEqualTo("stopped");
    heartbeat(pilot, RUNNING).statusCode(410);
  }

  /** Gives a command and checks how many pilots get it. */
  private static void command(String verb, String query, int count) {
    as("operator")
        .post("/api/v1/pilots/" + verb + "?" + query)
        .then()
        .statusCode(200)
        .body("count", equalTo(count));
  }

  @Test
  void several_uuids_can_be_chosen_and_other_selectors_narrow_the_choice() {
    RegisteredPilot one = register("wn-many-1");
    RegisteredPilot two = register("wn-many-2");
    RegisteredPilot three = register("wn-many-3");
    String both = "uuid=" + one.uuid() + "&uuid=" + two.uuid();
    command("kill", both + "&host=wn-many-2&site=local&state=active&dry_run=true", 1);
    command("kill", both + "&host=wn-many-3", 0);
    command("kill", both + "&site=elsewhere", 0);
    command("kill", both + "&state=running", 0);
    heartbeat(one, RUNNING).body("orders", empty());
    command("drain", both + "&dry_run=true", 2);
    command("drain", both, 2);
    heartbeat(one, RUNNING).body("orders.order", hasItem("drain"));
    heartbeat(two, RUNNING).body("orders.order", hasItem("drain"));
    heartbeat(three, RUNNING).body("orders", empty());
  }

  @Test
  void a_draining_pilot_that_is_to_stop_stays_draining_until_it_ends() {
    RegisteredPilot pilot = register("wn-drain-stop");
    command("drain", "uuid=" + pilot.uuid(), 1);
    command("kill", "uuid=" + pilot.uuid(), 1);
    heartbeat(pilot, RUNNING)
        .body("state", equalTo("draining"))
        .body("orders.order", hasItem("stop"));
    show(pilot.uuid()).body("state", equalTo("draining")).body("j_uuid", hasSize(1));
  }

  @Test
  void a_pilot_that_is_to_stop_does_not_get_the_command_to_drain() {
    RegisteredPilot pilot = register("wn-stop-drain");
    command("kill", "uuid=" + pilot.uuid(), 1);
    command("drain", "uuid=" + pilot.uuid(), 0);
    heartbeat(pilot, RUNNING).body("orders.order", hasItem("stop"));
  }

  @Test
  void without_a_selector_no_pilot_is_killed() {
    as("operator").post("/api/v1/pilots/kill").then().statusCode(422);
    as("viewer").post("/api/v1/pilots/kill?site=local").then().statusCode(403);
  }

  @Test
  void a_pilot_that_ends_itself_is_stopped_with_its_reason() {
    RegisteredPilot pilot = register("wn6");
    withToken(pilot.token())
        .delete("/api/v1/pilots/" + pilot.uuid() + "?reason=done")
        .then()
        .statusCode(204);
    show(pilot.uuid()).body("status", equalTo("OK")).body("reason", equalTo("done"));
  }

  @Test
  void heartbeats_and_lost_pilots_are_counted() {
    heartbeat(register("wn7"), RUNNING).statusCode(200);
    runForSeconds(1);
    as("viewer")
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("p3s_beats_received_total"))
        .body(containsString("p3s_pilots_lost_total"))
        .body(containsString("p3s_pilots{state=\"running\"}"));
  }
}
