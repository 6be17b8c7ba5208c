package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MatchingTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Seat.Kind CERN = new Seat.Kind("cern", Map.of("gpu", "yes"));
  private static final Seat.Kind BNL = new Seat.Kind("bnl", Map.of());

  private static List<String> failing(
      @Nullable String site,
      Map<String, String> requirements,
      @Nullable Integer limit,
      long held,
      Seat.Kind... kinds) {
    return failing(
        new Matching.View(
            "mon",
            site,
            requirements,
            NOW.plusSeconds(2),
            NOW.plusSeconds(1),
            null,
            limit,
            held,
            100,
            RunTimes.UNKNOWN,
            Stream.of(kinds).collect(Collectors.toMap(kind -> kind, kind -> Instant.MAX)),
            NOW));
  }

  private static List<String> failing(Matching.View view) {
    return Matching.explain(view).stream()
        .filter(verdict -> !verdict.passes())
        .map(Matching.Verdict::rule)
        .toList();
  }

  private static List<String> failing(RunTimes runTimes, Map<Seat.Kind, Instant> kinds) {
    return failing(
        new Matching.View(
            "mon", null, Map.of(), null, null, null, null, 0, 100, runTimes, kinds, NOW));
  }

  @Test
  void a_job_without_wishes_fits_anywhere() {
    assertThat(failing(null, Map.of(), null, 1000, BNL)).isEmpty();
  }

  @Test
  void the_failing_rule_is_named() {
    assertThat(failing("cern", Map.of(), null, 0, BNL)).containsExactly("site-accepts");
    assertThat(failing(null, Map.of("gpu", "yes"), null, 0, BNL))
        .containsExactly("labels-satisfied");
    assertThat(failing(null, Map.of(), 2, 2, BNL)).containsExactly("under-type-limit");
    assertThat(failing(null, Map.of(), 0, 0, BNL)).containsExactly("under-type-limit");
    assertThat(failing(null, Map.of(), null, 0)).containsExactly("pilot-waits");
  }

  @Test
  void a_pilot_that_ends_before_the_time_limit_gets_no_job_of_unknown_run_time() {
    assertThat(failing(RunTimes.UNKNOWN, Map.of(BNL, NOW.plusSeconds(99))))
        .containsExactly("within-pilot-lifetime");
    assertThat(failing(RunTimes.UNKNOWN, Map.of(BNL, NOW.plusSeconds(100)))).isEmpty();
    assertThat(
            failing(RunTimes.UNKNOWN, Map.of(BNL, NOW.plusSeconds(9), CERN, NOW.plusSeconds(200))))
        .isEmpty();
  }

  @Test
  void what_was_learned_at_its_site_counts_for_a_pilot_that_ends() {
    RunTimes times = new RunTimes(Map.of("bnl", new RunTime(10, 100, 5)));
    assertThat(failing(times, Map.of(BNL, NOW.plusSeconds(12)))).isEmpty();
    assertThat(failing(times, Map.of(CERN, NOW.plusSeconds(12))))
        .containsExactly("within-pilot-lifetime");
  }

  @Test
  void the_rule_that_fails_is_said_first_and_times_have_milliseconds() {
    List<Matching.Verdict> verdicts =
        Matching.explain(
            new Matching.View(
                "mon",
                "cern",
                Map.of(),
                NOW.plusSeconds(60),
                NOW.plusSeconds(55),
                null,
                null,
                0,
                9,
                RunTimes.UNKNOWN,
                Map.of(BNL, Instant.MAX),
                NOW));
    assertThat(verdicts).hasSameSizeAs(Matching.RULES);
    assertThat(verdicts.get(0).rule()).isEqualTo("site-accepts");
    assertThat(verdicts.get(1).rule()).isEqualTo("not-stale");
    assertThat(verdicts.get(1).why())
        .contains("2026-01-01T12:01:00.000Z")
        .contains("2026-01-01T12:00:55.000Z");
  }

  @Test
  void site_and_labels_must_be_those_of_one_seat() {
    assertThat(failing("bnl", Map.of("gpu", "yes"), null, 0, CERN, BNL))
        .containsExactly("labels-satisfied");
    assertThat(Matching.fits("cern", Map.of("gpu", "yes"), CERN)).isTrue();
  }

  /** Each broker knows the pilots that wait at itself. */
  @Test
  void what_is_said_of_waiting_pilots_is_said_of_this_broker() {
    Matching.View view =
        new Matching.View(
            "mon",
            "cern",
            Map.of(),
            null,
            null,
            null,
            null,
            0,
            100,
            RunTimes.UNKNOWN,
            Map.of(),
            NOW);
    assertThat(Matching.explain(view).stream().filter(verdict -> !verdict.passes()))
        .hasSize(2)
        .allMatch(verdict -> verdict.why().endsWith(" at this broker."));
  }
}
