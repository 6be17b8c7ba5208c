package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.p3s.contracts.JobEnd;
import org.p3s.standalone.system.history.History;
import org.p3s.standalone.system.history.Known;

/** Stores that go away while users submit and pilots work: late, but all of it, nobody lost. */
@ExtendWith(SharedStack.class)
class OutageIT {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Stack stack;
  private static Machine machine;

  @BeforeAll
  static void up(Stack shared) {
    stack = shared;
    machine = new Machine(shared);
    machine.awaitReady();
  }

  @Test
  void kafka_is_away_for_a_minute_and_an_agent_stands_still_for_as_long() throws Exception {
    try (StalledPilot stalled = new StalledPilot(stack, "stalled-for-a-minute")) {
      stalled.stands();
      underLoad("without-kafka", Duration.ofMillis(500), () -> machine.takeAway("kafka", MINUTE));
      stalled.goesOnAndHasLostItsJobs();
    }
  }

  @Test
  void postgres_restarts_under_load() throws Exception {
    underLoad(
        "without-postgres",
        Duration.ofMillis(100),
        () -> {
          machine.signal("INT", "postgres");
          Thread.sleep(3_000);
          machine.cutConnections();
        });
  }

  /** What happens while the load goes on. */
  interface Outage {
    void happen() throws Exception;
  }

  private static void underLoad(String site, Duration pace, Outage outage) throws Exception {
    Known known = new Known();
    Client client = new Client(stack, known);
    client.site(site, 1);
    try (Witness witness = new Witness(stack);
        Crew crew = new Crew(stack, known, site, 6, 1, false)) {
      try (Load load = new Load(client, 2, 1, pace, site, List.of())) {
        await().until(() -> load.done() > 10);
        outage.happen();
        int before = load.done();
        await().atMost(Stack.LONG).until(() -> load.done() > before + 10);
      }
      await()
          .atMost(Stack.LONG)
          .untilAsserted(
              () -> {
                History history = witness.history(known);
                history.mustHold();
                assertThat(known.jobs())
                    .allSatisfy(
                        job ->
                            assertThat(history.endsOf(job))
                                .extracting("state")
                                .containsExactly(JobEnd.FINISHED));
                assertThat(history.lostPilots()).doesNotContainAnyElementsOf(known.pilots());
              });
      assertThat(witness.deadLetters()).isEmpty();
      System.out.printf("%s: %d jobs, all finished%n", site, known.jobs().size());
    }
  }
}
