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
import org.p3s.standalone.system.history.ClientObservations;

/**
 * Injects each fault at each step of a lease. After the fault the pilot continues with the rest of
 * the protocol, as a real one does. A fault is injected once, when the scenarios of all steps have
 * come to their step.
 */
@ExtendWith(SharedStackExtension.class)
class LeaseFaultsIT {

  /** {@code -Dp3s.fault=NAME} runs one row. */
  private static final String ONLY_FAULT = System.getProperty("p3s.fault", "");

  private static final ClientObservations OBSERVATIONS = new ClientObservations();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static StackUnderTest stack;
  private static FaultInjector faults;
  private static RetryingApiClient client;
  private static EventRecorder recorder;

  @BeforeAll
  static void up(StackUnderTest shared) throws Exception {
    stack = shared;
    faults = new FaultInjector(stack);
    client = new RetryingApiClient(stack, OBSERVATIONS);
    recorder = new EventRecorder(stack);
    for (LeaseScenario.Step step : LeaseScenario.Step.values()) {
      client.defineSite(step.site(), 1);
    }
  }

  @AfterAll
  static void down() throws Exception {
    THREADS.shutdownNow();
    recorder.close();
  }

  // The expected end at each step: finished (with the first lease), elsewhere (finished by another
  // pilot), or pilot-timeout.
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
          POSTGRES_DOWN,        finished,   finished,  finished,  finished,      finished, finished
          BROKER_STALLS,        finished,   finished,  finished,  finished,      finished, finished
          PILOT_SERVICE_STALLS, finished,   finished,  finished,  finished,      finished, finished
          """)
  void at_every_step_of_a_lease_its_job_ends_once_and_as_expected(ArgumentsAccessor row)
      throws Exception {
    LeaseFault fault = LeaseFault.valueOf(row.getString(0));
    assumeTrue(
        ONLY_FAULT.isEmpty() || ONLY_FAULT.equals(fault.name()), "p3s.fault names another row");
    faults.awaitReady();
    Map<LeaseScenario.Step, LeaseScenario> scenarios = new EnumMap<>(LeaseScenario.Step.class);
    for (LeaseScenario.Step step : LeaseScenario.Step.values()) {
      scenarios.put(step, new LeaseScenario(stack, OBSERVATIONS, client, step));
    }
    runAll(scenarios, LeaseScenario::goToStep);
    // Finish reports are under way when the fault begins.
    List<Future<?>> openReports = startAll(scenarios, LeaseScenario::sendReportBeforeFault);
    if (fault == LeaseFault.PILOT_DIES) {
      awaitAll(openReports);
    }
    // Pilots continue as soon as the fault begins; a fault that lasts is not waited for.
    Future<?> injection =
        THREADS.submit(
            () -> {
              fault.inject(faults);
              if (fault.stopsHeartbeats()) {
                // In this time the pilot service could wrongly declare a pilot lost.
                faults.awaitReady();
                Thread.sleep(1_500);
              }
              return null;
            });
    if (fault.stopsHeartbeats()) {
      scenarios.values().forEach(scenario -> scenario.runPayloadUntil(injection));
    }
    Thread.sleep(300);
    runAll(
        scenarios,
        fault == LeaseFault.PILOT_DIES ? LeaseScenario::letPilotDie : LeaseScenario::goOn);
    awaitAll(openReports);
    injection.get();

    SoftAssertions softly = new SoftAssertions();
    for (LeaseScenario.Step step : LeaseScenario.Step.values()) {
      LeaseScenario scenario = scenarios.get(step);
      JobFinished end = recorder.awaitEnd(OBSERVATIONS, scenario.job());
      softly
          .assertThat(scenario.describe(end))
          .as("%s, pilot had %s; job %s%n%s", fault, step, scenario.job(), events(scenario))
          .isEqualTo(row.getString(1 + step.ordinal()));
      softly.assertThatCode(scenario::assertLateReportsWereRefused).doesNotThrowAnyException();
    }
    softly.assertThatCode(LeaseFaultsIT::historyHolds).doesNotThrowAnyException();
    softly.assertAll();
  }

  private static void historyHolds() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> recorder.history(OBSERVATIONS).mustHold());
  }

  private static String events(LeaseScenario scenario) {
    return recorder.history(OBSERVATIONS).describe(scenario.job());
  }

  @Test
  void a_cancelled_job_whose_payload_fails_is_not_retried() throws Exception {
    faults.awaitReady();
    String site = LeaseScenario.Step.STARTED.site();
    UUID id = client.submit(site, "/bin/false", null, 2, 0);
    try (ScriptedPilot pilot = new ScriptedPilot(stack, OBSERVATIONS, site).register()) {
      ScriptedPilot.LeasedJob job = pilot.take(UUID.randomUUID(), StackUnderTest.LONG);
      pilot.start(job);
      client.cancel("jobs", id);
      await()
          .atMost(StackUnderTest.LONG)
          .until(() -> pilot.checkLease(job).body().path("stop").asBoolean());
      pilot.finish(job, JobEnd.FINISHED, 1);
      await()
          .during(Duration.ofSeconds(2))
          .atMost(StackUnderTest.LONG)
          .untilAsserted(() -> recorder.history(OBSERVATIONS).mustHold());
    }
  }

  @Test
  void no_record_became_a_dead_letter() {
    assertThat(recorder.deadLetters()).isEmpty();
  }

  /** A part of a scenario. */
  interface Part {
    void run(LeaseScenario scenario) throws Exception;
  }

  private static void runAll(Map<LeaseScenario.Step, LeaseScenario> scenarios, Part part)
      throws Exception {
    awaitAll(startAll(scenarios, part));
  }

  private static List<Future<?>> startAll(
      Map<LeaseScenario.Step, LeaseScenario> scenarios, Part part) {
    List<Future<?>> running = new ArrayList<>();
    for (LeaseScenario scenario : scenarios.values()) {
      running.add(
          THREADS.submit(
              () -> {
                part.run(scenario);
                return null;
              }));
    }
    return running;
  }

  private static void awaitAll(List<Future<?>> running) throws Exception {
    for (Future<?> one : running) {
      one.get(3, TimeUnit.MINUTES);
    }
  }
}
