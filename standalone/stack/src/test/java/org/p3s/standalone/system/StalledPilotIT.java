package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.standalone.system.history.Known;

/** Real agents that stand still, by SIGSTOP: for 5 s, and until they are called lost. */
@ExtendWith(SharedStack.class)
class StalledPilotIT {

  private static final Duration STALL = Duration.ofSeconds(5);

  private static final Known known = new Known();
  private static Witness witness;
  private static RealPilot calm;
  private static RealPilot hasty;
  private static UUID inCalmHands;
  private static UUID runsOn;
  private static UUID endsMeanwhile;
  private static long payload;

  /** One stall for both; a beat of 5 s at the one site, of 1 s at the other. */
  @BeforeAll
  static void they_stand_still(Stack stack) throws Exception {
    Client client = new Client(stack, known);
    client.site("calm", 5);
    client.site("hasty", 1);
    witness = new Witness(stack);
    calm = new RealPilot(stack, "calm", 1);
    hasty = new RealPilot(stack, "hasty", 2);
    inCalmHands = client.submit("calm", "/bin/sleep", "7", 1, 0);
    runsOn = client.submit("hasty", "/bin/sleep", "300", 1, 0);
    endsMeanwhile = client.submit("hasty", "/bin/sleep", "3", 1, 0);
    runs(inCalmHands);
    payload = runs(runsOn).pid();
    runs(endsMeanwhile);
    calm.signal("STOP");
    hasty.signal("STOP");
    Thread.sleep(STALL.toMillis());
    calm.signal("CONT");
    end(runsOn);
    end(endsMeanwhile);
    assertThat(ProcessHandle.of(payload)).as("payload of a pilot that stands still").isPresent();
    hasty.signal("CONT");
  }

  @AfterAll
  static void stop() {
    calm.close();
    hasty.close();
    witness.close();
  }

  @Test
  void a_stall_of_5_s_loses_nobody() {
    JobFinished end = end(inCalmHands);
    assertThat(end.state()).isEqualTo(JobEnd.FINISHED);
    assertThat(end.errcode()).isZero();
    assertThat(end.lease()).as("the lease it had before").isEqualTo(runs(inCalmHands).lease());
  }

  @Test
  void a_long_stall_ends_the_jobs_once_and_the_payload_stops_when_the_pilot_goes_on() {
    assertThat(end(runsOn).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    await().atMost(Stack.LONG).until(() -> ProcessHandle.of(payload).isEmpty());
  }

  @Test
  void a_report_that_comes_after_the_pilot_was_lost_is_kept_and_changes_nothing() {
    assertThat(end(endsMeanwhile).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
    await()
        .atMost(Stack.LONG)
        .untilAsserted(
            () ->
                assertThat(hasty.refused())
                    .as("%s", hasty.log())
                    .anyMatch(name -> name.contains(endsMeanwhile.toString())));
    assertThat(end(endsMeanwhile).state()).isEqualTo(JobEnd.PILOT_TIMEOUT);
  }

  @Test
  void all_of_it_holds() {
    await().atMost(Stack.LONG).untilAsserted(() -> witness.history(known).mustHold());
  }

  private static JobProgress runs(UUID job) {
    await()
        .atMost(Stack.LONG)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> witness.history(known).runs(job).isPresent());
    return witness.history(known).runs(job).get();
  }

  private static JobFinished end(UUID job) {
    await()
        .atMost(Stack.LONG)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> !witness.history(known).endsOf(job).isEmpty());
    return witness.history(known).endsOf(job).get(0);
  }
}
