package org.p3s.pilots.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p3s.pilots.domain.PilotSupply.Decision;
import org.p3s.pilots.domain.PilotSupply.Failures;
import org.p3s.pilots.domain.PilotSupply.Start;

class PilotSupplyTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final PilotSupply supply =
      new PilotSupply(LIMIT, Duration.ofSeconds(30), Duration.ofMinutes(15));

  private static Start waiting(String id, Duration age) {
    return new Start(id, NOW.minus(age), false);
  }

  private static Start registered(String id) {
    return new Start(id, NOW.minusSeconds(10), true);
  }

  private Decision decide(int floor, int alive, List<Start> starts) {
    return supply.decide(floor, alive, starts, Failures.NONE, NOW);
  }

  @Test
  void what_is_missing_to_the_floor_is_started() {
    assertThat(decide(5, 3, List.of()).start()).isEqualTo(2);
    assertThat(decide(5, 5, List.of()).start()).isZero();
    assertThat(decide(5, 7, List.of()).start()).isZero();
    assertThat(decide(0, 0, List.of()).start()).isZero();
  }

  @Test
  void pilots_that_are_being_started_are_not_started_again() {
    List<Start> starts =
        List.of(waiting("a", Duration.ofSeconds(5)), waiting("b", Duration.ofSeconds(5)));
    assertThat(decide(5, 1, starts).start()).isEqualTo(2);
    assertThat(decide(3, 1, starts).start()).isZero();
  }

  @Test
  void a_start_that_has_registered_counts_as_alive_only() {
    Decision decision = decide(3, 1, List.of(registered("a")));
    assertThat(decision.start()).isEqualTo(2);
    assertThat(decision.registered()).extracting(Start::id).containsExactly("a");
  }

  @Test
  void a_start_fails_when_it_takes_longer_than_the_limit_and_not_before() {
    assertThat(decide(1, 0, List.of(waiting("a", LIMIT))).failed()).isEmpty();
    Decision late = decide(1, 0, List.of(waiting("a", LIMIT.plusMillis(1))));
    assertThat(late.failed()).extracting(Start::id).containsExactly("a");
    assertThat(late.failures()).isEqualTo(new Failures(1, NOW));
    assertThat(late.start()).as("the pause begins at once").isZero();
  }

  @Test
  void after_the_pause_one_pilot_is_started_as_a_trial() {
    Failures failures = new Failures(1, NOW.minusSeconds(29));
    assertThat(supply.decide(5, 0, List.of(), failures, NOW).start()).isZero();
    assertThat(supply.decide(5, 0, List.of(), failures, NOW.plusSeconds(1)).start()).isEqualTo(1);
    List<Start> trial = List.of(waiting("trial", Duration.ZERO));
    assertThat(supply.decide(5, 0, trial, failures, NOW.plusSeconds(60)).start()).isZero();
  }

  @Test
  void a_pilot_that_registers_ends_the_row_of_failures() {
    Failures failures = new Failures(4, NOW.minusSeconds(1));
    Decision decision = supply.decide(5, 1, List.of(registered("trial")), failures, NOW);
    assertThat(decision.failures()).isEqualTo(Failures.NONE);
    assertThat(decision.start()).isEqualTo(4);
  }

  @Test
  void the_pause_doubles_up_to_the_longest() {
    Failures failures = Failures.NONE;
    assertThat(supply.pauseAfter(failures)).isZero();
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      failures = failures.plusOne(NOW);
      pauses.add(supply.pauseAfter(failures).toSeconds());
    }
    assertThat(pauses).containsExactly(30L, 60L, 120L, 240L, 480L, 900L, 900L, 900L);
    assertThat(supply.pauseAfter(new Failures(Integer.MAX_VALUE, NOW)))
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void one_check_starts_a_limited_number() {
    assertThat(decide(100_000, 0, List.of()).start()).isEqualTo(PilotSupply.MAX_STARTS);
  }

  /** Checks once per second; pilots register after some time, or never. */
  @Test
  void the_floor_is_reached_and_never_exceeded() {
    for (int secondsToRegister : List.of(0, 1, 7, 119)) {
      List<Start> starts = new ArrayList<>();
      Failures failures = Failures.NONE;
      int alive = 0;
      for (int second = 0; second < 600; second++) {
        Instant now = NOW.plusSeconds(second);
        for (int i = 0; i < starts.size(); i++) {
          Start start = starts.get(i);
          if (!start.registered()
              && Duration.between(start.at(), now).toSeconds() >= secondsToRegister) {
            starts.set(i, new Start(start.id(), start.at(), true));
            alive++;
          }
        }
        Decision decision = supply.decide(4, alive, starts, failures, now);
        failures = decision.failures();
        starts.removeAll(decision.registered());
        starts.removeAll(decision.failed());
        for (int i = 0; i < decision.start(); i++) {
          starts.add(new Start(second + "/" + i, now, false));
        }
        assertThat(alive + starts.size()).isLessThanOrEqualTo(4);
      }
      assertThat(alive).as("register after %d s", secondsToRegister).isEqualTo(4);
    }
  }
}
