package org.p3s.monitor.postgres;

import static org.hamcrest.Matchers.hasItem;
import static org.p3s.monitor.SampleEvents.NOW;
import static org.p3s.monitor.SampleEvents.pilotHeartbeat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.contracts.Ids;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.PilotHeartbeat.Kind;
import org.p3s.monitor.MonitorTestBase;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "monitor"))
class PilotProjectionIT extends MonitorTestBase {

  private static PilotHeartbeat heartbeat(UUID pilot, Kind kind, String state, int second) {
    return pilotHeartbeat(pilot).kind(kind).state(state).at(NOW.plusSeconds(second)).build();
  }

  @Test
  void a_pilot_that_ended_stays_ended_when_a_late_heartbeat_comes() {
    UUID pilot = Ids.next();
    project(heartbeat(pilot, Kind.REGISTER, "active", 0));
    project(heartbeat(pilot, Kind.END, "timeout", 30));
    project(heartbeat(pilot, Kind.BEAT, "running", 31));
    get("/api/v1/pilots?state=timeout").body("items.uuid", hasItem(pilot.toString()));
  }

  @Test
  void a_heartbeat_that_comes_late_does_not_replace_a_newer_one() {
    UUID pilot = Ids.next();
    project(heartbeat(pilot, Kind.BEAT, "running", 20));
    project(heartbeat(pilot, Kind.BEAT, "no-jobs", 10));
    get("/api/v1/pilots?state=running").body("items.uuid", hasItem(pilot.toString()));
  }
}
