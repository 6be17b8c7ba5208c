package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.p3s.contracts.JobEnd;
import org.p3s.standalone.system.history.ClientObservations;
import org.p3s.standalone.system.history.EventHistory;

/**
 * Kafka and PostgreSQL are down while users submit jobs and pilots run them. All jobs finish, later
 * than usual, and no pilot is lost.
 */
@ExtendWith(SharedStackExtension.class)
class OutageIT {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static StackUnderTest stack;
  private static FaultInjector faults;

  @BeforeAll
  static void up(StackUnderTest shared) {
    stack = shared;
    faults = new FaultInjector(shared);
    faults.awaitReady();
  }

  @Test
  void kafka_is_down_for_a_minute_and_an_agent_is_suspended_as_long() throws Exception {
    try (StalledPilotScenario stalled = new StalledPilotScenario(stack, "stalled-for-a-minute")) {
      stalled.suspend();
      underLoad(
          "without-kafka", Duration.ofMillis(500), () -> faults.killAndKeepDown("kafka", MINUTE));
      stalled.resumeAndLoseJobs();
    }
  }

  @Test
  void postgres_restarts_under_load() throws Exception {
    underLoad(
        "without-postgres",
        Duration.ofMillis(100),
        () -> {
          faults.signal("INT", "postgres");
          Thread.sleep(3_000);
          faults.closeDatabaseConnections();
        });
  }

  /** An outage, which happens under load. */
  interface Outage {
    void inject() throws Exception;
  }

  private static void underLoad(String site, Duration pace, Outage outage) throws Exception {
    ClientObservations observations = new ClientObservations();
    RetryingApiClient client = new RetryingApiClient(stack, observations);
    client.defineSite(site, 1);
    try (EventRecorder recorder = new EventRecorder(stack);
        ScriptedPilotPool pilots = new ScriptedPilotPool(stack, observations, site, 6, 1, false)) {
      try (UserLoad load = new UserLoad(client, 2, 1, pace, site, List.of())) {
        await().until(() -> load.requests() > 10);
        outage.inject();
        int before = load.requests();
        await().atMost(StackUnderTest.LONG).until(() -> load.requests() > before + 10);
      }
      await()
          .atMost(StackUnderTest.LONG)
          .untilAsserted(
              () -> {
                EventHistory history = recorder.history(observations);
                history.mustHold();
                assertThat(observations.jobs())
                    .allSatisfy(
                        job ->
                            assertThat(history.endsOf(job))
                                .extracting("state")
                                .containsExactly(JobEnd.FINISHED));
                assertThat(history.lostPilots()).doesNotContainAnyElementsOf(observations.pilots());
              });
      assertThat(recorder.deadLetters()).isEmpty();
      System.out.printf("%s: %d jobs, all finished%n", site, observations.jobs().size());
    }
  }
}
