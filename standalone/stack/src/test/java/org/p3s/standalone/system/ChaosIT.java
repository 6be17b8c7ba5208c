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
import org.p3s.standalone.system.history.History;
import org.p3s.standalone.system.history.Known;

/**
 * Users submit, pilots work and die, and everything fails at random; then there is quiet, all jobs
 * must end, and what was told must be true. The plan of faults and the users' deeds follow from a
 * seed: {@code -Dp3s.chaos.seed=N}, and {@code -Dp3s.chaos.minutes=30} for a long run.
 */
@ExtendWith(SharedStack.class)
class ChaosIT {

  private static final long SEED =
      Long.getLong("p3s.chaos.seed", new SecureRandom().nextInt(1_000_000));
  private static final Duration TIME =
      Integer.getInteger("p3s.chaos.minutes") == null
          ? Duration.ofSeconds(45)
          : Duration.ofMinutes(Integer.getInteger("p3s.chaos.minutes"));
  private static final Duration QUIET = Duration.ofMinutes(3);

  @Test
  void whatever_fails_every_job_ends_once_in_one_pair_of_hands(Stack stack) throws Exception {
    Strikes strikes = new Strikes(SEED, TIME);
    String again = "again with -Dp3s.chaos.seed=" + SEED;
    System.out.printf("chaos of %s, %d faults; %s%n", TIME, strikes.plan().size(), again);
    Machine machine = new Machine(stack);
    machine.awaitReady();
    Known known = new Known();
    Client client = new Client(stack, known);
    client.site("simulated", 1);
    List<String> dags = List.of(dag(stack, "good", "/bin/true"), dag(stack, "bad", "/bin/false"));
    try (Witness witness = new Witness(stack);
        Crew crew = new Crew(stack, known, "simulated", 6, SEED, true)) {
      try (Load load = new Load(client, 3, SEED, Duration.ofMillis(250), null, dags)) {
        strikes.happen(machine);
      }
      crew.calmDown();
      Instant quiet = Instant.now();
      machine.awaitReady();
      await()
          .alias(again)
          .atMost(QUIET)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> witness.history(known).mustHold());
      History history = witness.history(known);
      System.out.printf(
          "chaos: %d jobs, %d workflows, ends %s, %d requeues, %d pilots died, %d lost; all ended %d s after the last fault%n",
          history.jobCount(),
          known.workflows().size(),
          history.ends(),
          history.requeues(),
          crew.deaths(),
          history.lostPilots().size(),
          Duration.between(quiet, Instant.now()).toSeconds());
      assertThat(witness.deadLetters()).as(again).isEmpty();
      assertThat(known.accepted()).as("reports that were accepted").isNotEmpty();
    }
  }

  private static String dag(Stack stack, String name, String left) throws Exception {
    Path file = stack.data.resolve("chaos-" + name + ".graphml");
    Files.writeString(file, Dags.diamond(left, 2));
    stack.ok("dag", "add", file.toString(), "--name", "chaos-" + name, "--replace");
    return "chaos-" + name;
  }
}
