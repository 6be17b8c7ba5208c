package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.standalone.system.history.Known;

/**
 * At each step of a lease each fault happens; then the pilot does what is left of the protocol, as
 * a real one would. All steps of a row stand at their step when the fault strikes, once.
 */
@ExtendWith(SharedStack.class)
class LeaseFaultsIT {

  /** {@code -Dp3s.fault=NAME} for one row. */
  private static final String ONE = System.getProperty("p3s.fault", "");

  private static final Known KNOWN = new Known();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static Stack stack;
  private static Machine machine;
  private static Client client;
  private static Witness witness;

  @BeforeAll
  static void up(Stack shared) throws Exception {
    stack = shared;
    machine = new Machine(stack);
    client = new Client(stack, KNOWN);
    witness = new Witness(stack);
    for (LeaseWalk.Step step : LeaseWalk.Step.values()) {
      client.site(step.site(), 1);
    }
  }

  @AfterAll
  static void down() throws Exception {
    THREADS.shutdownNow();
    witness.close();
  }

  // The end that is expected at each step: finished (by the lease that the pilot was given, one
  // dispatch and no more), elsewhere (finished, by another pilot), or pilot-timeout.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      useHeadersInDisplayName = false,
      textBlock =
          """
          # fault,              registered, polls,     claimed,   started,       reported, accepted
          PILOT_DIES,           elsewhere,  elsewhere, elsewhere, pilot-timeout, finished, finished
          BROKER_KILLED,        finished,   finished,  finished,  finished,      finished, finished
          PILOT_SERVICE_KILLED, finished,   finished,  finished,  finished,      finished, finished
          POSTGRES_RESTARTED,   finished,   finished,  finished,  finished,      finished, finished
          POSTGRES_KILLED,      finished,   finished,  finished,  finished,      finished, finished
          CONNECTIONS_CUT,      finished,   finished,  finished,  finished,      finished, finished
          POSTGRES_AWAY,        finished,   finished,  finished,  finished,      finished, finished
          BROKER_STALLS,        finished,   finished,  finished,  finished,      finished, finished
          PILOT_SERVICE_STALLS, finished,   finished,  finished,  finished,      finished, finished
          """)
  void at_every_step_of_a_lease_its_job_ends_once_and_as_expected(ArgumentsAccessor row)
      throws Exception {
    Fault fault = Fault.valueOf(row.getString(0));
    assumeTrue(ONE.isEmpty() || ONE.equals(fault.name()), "another row is asked for");
    machine.awaitReady();
    Map<LeaseWalk.Step, LeaseWalk> walks = new EnumMap<>(LeaseWalk.Step.class);
    for (LeaseWalk.Step step : LeaseWalk.Step.values()) {
      walks.put(step, new LeaseWalk(stack, KNOWN, client, step));
    }
    all(walks, LeaseWalk::walkToStep);
    // Reports are on the wire when the fault strikes.
    List<Future<?>> unheard = begin(walks, LeaseWalk::lastWordBefore);
    if (fault == Fault.PILOT_DIES) {
      end(unheard);
    }
    // A fault that lasts is not waited for: pilots go on as soon as it strikes.
    Future<?> striking =
        THREADS.submit(
            () -> {
              fault.strike(machine);
              if (fault.isOfBeats()) {
                // Time enough to call somebody lost who is not.
                machine.awaitReady();
                Thread.sleep(1_500);
              }
              return null;
            });
    if (fault.isOfBeats()) {
      walks.values().forEach(walk -> walk.worksUntil(striking));
    }
    Thread.sleep(300);
    all(walks, fault == Fault.PILOT_DIES ? LeaseWalk::dieAndLetOthers : LeaseWalk::goOn);
    end(unheard);
    striking.get();

    SoftAssertions softly = new SoftAssertions();
    for (LeaseWalk.Step step : LeaseWalk.Step.values()) {
      LeaseWalk walk = walks.get(step);
      JobFinished end = witness.awaitEnd(KNOWN, walk.job());
      softly
          .assertThat(walk.describe(end))
          .as("%s, pilot had %s; job %s%n%s", fault, step, walk.job(), tale(walk))
          .isEqualTo(row.getString(1 + step.ordinal()));
      softly.assertThatCode(walk::lateWordsWereRefused).doesNotThrowAnyException();
    }
    softly.assertThatCode(LeaseFaultsIT::historyHolds).doesNotThrowAnyException();
    softly.assertAll();
  }

  private static void historyHolds() {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> witness.history(KNOWN).mustHold());
  }

  private static String tale(LeaseWalk walk) {
    return witness.history(KNOWN).tell(walk.job());
  }

  @Test
  void a_cancelled_job_that_fails_by_itself_is_not_tried_again() throws Exception {
    machine.awaitReady();
    String site = LeaseWalk.Step.STARTED.site();
    UUID job = client.submit(site, "/bin/false", null, 2, 0);
    try (ScriptedPilot pilot = new ScriptedPilot(stack, KNOWN, site).register()) {
      ScriptedPilot.Offer offer = pilot.take(UUID.randomUUID(), Stack.LONG);
      pilot.start(offer);
      client.cancel("jobs", job);
      await().atMost(Stack.LONG).until(() -> pilot.look(offer).body().path("stop").asBoolean());
      pilot.finish(offer, JobEnd.FINISHED, 1);
      await()
          .during(Duration.ofSeconds(2))
          .atMost(Stack.LONG)
          .untilAsserted(() -> witness.history(KNOWN).mustHold());
    }
  }

  @Test
  void nothing_was_put_aside_as_unusable() {
    assertThat(witness.deadLetters()).isEmpty();
  }

  /** A part of a walk. */
  interface Leg {
    void walk(LeaseWalk walk) throws Exception;
  }

  private static void all(Map<LeaseWalk.Step, LeaseWalk> walks, Leg leg) throws Exception {
    end(begin(walks, leg));
  }

  private static List<Future<?>> begin(Map<LeaseWalk.Step, LeaseWalk> walks, Leg leg) {
    List<Future<?>> running = new ArrayList<>();
    for (LeaseWalk walk : walks.values()) {
      running.add(
          THREADS.submit(
              () -> {
                leg.walk(walk);
                return null;
              }));
    }
    return running;
  }

  private static void end(List<Future<?>> running) throws Exception {
    for (Future<?> one : running) {
      one.get(3, TimeUnit.MINUTES);
    }
  }
}
