package org.p3s.pilots.app;

import java.time.Instant;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.PilotHeartbeatBuilder;
import org.p3s.pilots.domain.Pilot;

/** Makes the event of a pilot out of its present state. */
final class PilotEvents {

  static PilotHeartbeat of(Pilot pilot, PilotHeartbeat.Kind kind, Instant at) {
    return PilotHeartbeatBuilder.builder()
        .pilot(pilot.uuid())
        .kind(kind)
        .site(pilot.site())
        .host(pilot.host())
        .pid(pilot.pid())
        .state(pilot.state().text())
        .status(pilot.status().name())
        .slots(pilot.slots())
        .jobs(
            pilot.jobs().stream()
                .map(held -> new PilotHeartbeat.Held(held.job(), held.lease(), held.pid()))
                .toList())
        .jobcount(pilot.jobcount())
        .extra(pilot.extra())
        .reason(pilot.reason())
        .tsReg(pilot.registeredAt())
        .at(at)
        .build();
  }

  private PilotEvents() {}
}
