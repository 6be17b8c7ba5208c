package org.p3s.pilots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.p3s.pilots.PilotApi.as;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.ServiceRecord;
import org.p3s.contracts.Topics;
import org.p3s.pilots.PilotApi.RegisteredPilot;
import org.p3s.pilots.app.PilotSupplyLoop;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/**
 * The service keeps the number of pilots at a site. A script takes the place of the pilot: it only
 * waits; the test registers in its place.
 */
@QuarkusTest
@TestProfile(PilotSupplyIT.WithStandIns.class)
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "pilots"))
class PilotSupplyIT {

  private static final Path DIRECTORY = Path.of("target", "stand-ins", Ids.next().toString());

  /** The provider {@code local} starts the script. */
  public static final class WithStandIns extends TimersOff {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> config = new HashMap<>(super.getConfigOverrides());
      config.put("pilots.local.jar", "pom.xml");
      config.put("pilots.local.java", StandInPilots.JAVA.toString());
      config.put("pilots.local.directory", DIRECTORY.toString());
      return config;
    }
  }

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Inject TickedClock clock;
  @Inject PilotSupplyLoop loop;
  @Inject Pool pool;

  private final StandInPilots standIns = new StandInPilots(DIRECTORY);
  private String site = "";

  private void addSite(String name, int pilots, int period) {
    site = name;
    putSite(pilots, period, "\"local\"");
  }

  private void putSite(int pilots, int period, String provider) {
    as("operator")
        .body(
            "{\"pilots\":%d,\"pilotperiod\":%d,\"pilotbeat\":3600,\"provider\":%s}"
                .formatted(pilots, period, provider))
        .put("/api/v1/sites/" + site)
        .then()
        .statusCode(oneOf(200, 201));
  }

  @AfterEach
  void remove_the_site_and_end_the_processes() {
    as("operator").delete("/api/v1/sites/" + site);
    standIns.stop(site);
  }

  private void check() {
    loop.check().await().atMost(LIMIT);
  }

  private int started() {
    return standIns.at(site).size();
  }

  private RegisteredPilot registerInPlaceOf(StandInPilots.StandIn standIn) {
    UUID uuid = Ids.next();
    String token =
        as("join")
            .body(
                "{\"uuid\":\"%s\",\"site\":\"%s\",\"host\":\"h\",\"pid\":%d,\"extra\":\"%s\"}"
                    .formatted(uuid, site, standIn.pid(), standIn.extra()))
            .post("/api/v1/pilots")
            .then()
            .statusCode(201)
            .extract()
            .path("token");
    return new RegisteredPilot(uuid, token);
  }

  @Test
  void a_site_with_a_provider_gets_its_pilots_and_a_replacement_for_one_that_ends() {
    addSite("kept", 3, 0);
    check();
    assertThat(started()).isEqualTo(3);
    check();
    assertThat(started()).as("three are on their way").isEqualTo(3);
    List<RegisteredPilot> pilots = standIns.at(site).stream().map(this::registerInPlaceOf).toList();
    check();
    check();
    assertThat(started()).as("three have registered").isEqualTo(3);
    PilotApi.withToken(pilots.get(0).token())
        .delete("/api/v1/pilots/" + pilots.get(0).uuid())
        .then()
        .statusCode(204);
    check();
    assertThat(started()).as("one has ended").isEqualTo(4);
  }

  @Test
  void a_database_that_refuses_writes_starts_no_pilots_and_the_site_is_left_alone_for_a_while() {
    addSite("refused", 2, 0);
    sql(
        """
        CREATE FUNCTION refuse_writes() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'no space left on device'; END $$;
        CREATE TRIGGER refuse_writes BEFORE INSERT OR UPDATE ON pilot_supply
          FOR EACH ROW EXECUTE FUNCTION refuse_writes()
        """);
    try {
      check();
    } finally {
      sql("DROP FUNCTION refuse_writes CASCADE");
    }
    assertThat(started()).as("while writes are refused").isZero();
    check();
    assertThat(started()).as("just after").isZero();
    clock.advance(Duration.ofSeconds(31));
    check();
    assertThat(started()).isEqualTo(2);
  }

  private void sql(String statements) {
    pool.query(statements).execute().await().atMost(LIMIT);
  }

  @Test
  void a_site_is_checked_once_per_period() {
    addSite("period", 1, 40);
    check();
    assertThat(started()).isEqualTo(1);
    putSite(3, 40, "\"local\"");
    clock.advance(Duration.ofSeconds(39));
    check();
    assertThat(started()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1));
    check();
    assertThat(started()).isEqualTo(3);
  }

  @Test
  void of_several_checks_at_the_same_time_one_acts() {
    addSite("replicas", 2, 10);
    Uni.join()
        .all(loop.check(), loop.check(), loop.check(), loop.check())
        .andFailFast()
        .await()
        .atMost(LIMIT);
    assertThat(started()).isEqualTo(2);
  }

  @Test
  void pilots_that_do_not_register_are_reported_and_one_is_started_after_a_pause() {
    addSite("broken", 2, 0);
    check();
    assertThat(started()).isEqualTo(2);
    clock.advance(Duration.ofSeconds(121));
    check();
    assertThat(started()).as("in the pause").isEqualTo(2);
    assertThat(
            TopicReader.readUntil(
                Topics.SERVICE_RECORD,
                ServiceRecord.class,
                line -> line.message().contains("did not register")))
        .extracting(ServiceRecord::message)
        .first()
        .asString()
        .startsWith("site broken: 2 pilots started by local did not register within 120 s: ");
    clock.advance(Duration.ofSeconds(31));
    check();
    assertThat(started()).as("the trial").isEqualTo(3);
    check();
    assertThat(started()).as("no other before the trial has registered").isEqualTo(3);
    registerInPlaceOf(standIns.at(site).get(2));
    check();
    assertThat(started()).as("the rest").isEqualTo(4);
  }

  @Test
  void a_site_without_a_provider_is_left_alone() {
    site = "by-hand";
    putSite(5, 0, "null");
    check();
    assertThat(started()).isZero();
    as("viewer").get("/api/v1/sites/by-hand").then().body("provider", nullValue());
    as("viewer").get("/api/v1/sites/local").then().body("provider", nullValue());
  }

  @Test
  void an_unknown_provider_is_refused_with_the_names_of_the_known_ones() {
    as("operator")
        .body("{\"name\":\"x\",\"provider\":\"slurm\"}")
        .post("/api/v1/sites")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/provider"))
        .body("errors[0].detail", containsString("local"));
  }
}
