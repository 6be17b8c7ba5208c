package org.p3s.standalone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.p3s.standalone.system.history.ClientObservations;
import org.p3s.standalone.system.history.EventHistory;

/**
 * Users submit jobs, pilots work and die, and processes fail at random. After the last fault all
 * jobs must end, and the history must hold. The faults and the actions of the users follow from a
 * seed, {@code -Dp3s.chaos.seed=N}. {@code -Dp3s.chaos.minutes=30} makes a long run.
 */
@ExtendWith(SharedStackExtension.class)
class ChaosIT {

  private static final long SEED =
      Long.getLong("p3s.chaos.seed", new SecureRandom().nextInt(1_000_000));
  private static final Duration TIME =
      Integer.getInteger("p3s.chaos.minutes") == null
          ? Duration.ofSeconds(45)
          : Duration.ofMinutes(Integer.getInteger("p3s.chaos.minutes"));
  private static final Duration END_LIMIT = Duration.ofMinutes(3);

  @Test
  void whatever_fails_every_job_ends_once_and_has_one_holder_at_a_time(StackUnderTest stack)
      throws Exception {
    FaultSchedule schedule = new FaultSchedule(SEED, TIME);
    String again = "again with -Dp3s.chaos.seed=" + SEED;
    System.out.printf("chaos of %s, %d faults; %s%n", TIME, schedule.faults().size(), again);
    FaultInjector faults = new FaultInjector(stack);
    faults.awaitReady();
    ClientObservations observations = new ClientObservations();
    RetryingApiClient client = new RetryingApiClient(stack, observations);
    client.defineSite("simulated", 1);
    List<String> dags = List.of(dag(stack, "good", "/bin/true"), dag(stack, "bad", "/bin/false"));
    try (EventRecorder recorder = new EventRecorder(stack);
        ScriptedPilotPool pilots =
            new ScriptedPilotPool(stack, observations, "simulated", 6, SEED, true)) {
      try (UserLoad load = new UserLoad(client, 3, SEED, Duration.ofMillis(250), null, dags)) {
        schedule.inject(faults);
      }
      pilots.behaveWell();
      Instant lastFault = Instant.now();
      faults.awaitReady();
      await()
          .alias(again)
          .atMost(END_LIMIT)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> recorder.history(observations).mustHold());
      EventHistory history = recorder.history(observations);
      System.out.printf(
          "chaos: %d jobs, %d workflows, ends %s, %d requeues, %d pilots died, %d lost; all ended %d s after the last fault%n",
          history.jobCount(),
          observations.workflows().size(),
          history.countByEnd(),
          history.requeues(),
          pilots.deaths(),
          history.lostPilots().size(),
          Duration.between(lastFault, Instant.now()).toSeconds());
      assertThat(recorder.deadLetters()).as(again).isEmpty();
      assertThat(observations.accepted()).as("reports that were accepted").isNotEmpty();
    }
  }

  private static String dag(StackUnderTest stack, String name, String left) throws Exception {
    Path file = stack.data.resolve("chaos-" + name + ".graphml");
    Files.writeString(file, GraphMlTemplates.diamond(left, 2));
    stack.ok("dag", "add", file.toString(), "--name", "chaos-" + name, "--replace");
    return "chaos-" + name;
  }
}
