package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.UUID;
import org.p3s.contracts.JobEnd;
import org.p3s.standalone.system.history.Known;

/**
 * A real agent with two jobs that stands still, by SIGSTOP, until it is lost: one payload runs on,
 * the other ends meanwhile.
 */
final class StalledPilot implements AutoCloseable {

  private final Known known = new Known();
  private final Witness witness;
  private final RealPilot pilot;
  private final UUID runsOn;
  private final UUID endsMeanwhile;
  private long payload;

  StalledPilot(Stack stack, String site) throws IOException {
    Client client = new Client(stack, known);
    client.site(site, 1);
    witness = new Witness(stack);
    pilot = new RealPilot(stack, site, 2);
    runsOn = client.submit(site, "/bin/sleep", "900", 1, 0, 900);
    endsMeanwhile = client.submit(site, "/bin/sleep", "3", 1, 0, 900);
  }

  /** From now on, with both payloads running. */
  void stands() {
    payload = witness.awaitRun(known, runsOn).pid();
    witness.awaitRun(known, endsMeanwhile);
    pilot.signal("STOP");
  }

  /** It learns that it was lost, stops what runs, and its late report changes nothing. */
  void goesOnAndHasLostItsJobs() {
    assertThat(witness.awaitEnd(known, runsOn).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    assertThat(witness.awaitEnd(known, endsMeanwhile).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    assertThat(ProcessHandle.of(payload)).as("payload of a pilot that stands still").isPresent();
    pilot.signal("CONT");
    await().atMost(Stack.LONG).until(() -> ProcessHandle.of(payload).isEmpty());
    await()
        .atMost(Stack.LONG)
        .untilAsserted(
            () ->
                assertThat(pilot.refused())
                    .as("%s", pilot.log())
                    .anyMatch(name -> name.contains(endsMeanwhile.toString())));
    await().atMost(Stack.LONG).untilAsserted(() -> witness.history(known).mustHold());
    assertThat(witness.awaitEnd(known, endsMeanwhile).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
  }

  @Override
  public void close() {
    pilot.close();
    witness.close();
  }
}
