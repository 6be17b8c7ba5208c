package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MatchingRulesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final SlotRequest.Kind CERN = new SlotRequest.Kind("cern", Map.of("gpu", "yes"));
  private static final SlotRequest.Kind BNL = new SlotRequest.Kind("bnl", Map.of());

  private static List<String> failing(
      @Nullable String site,
      Map<String, String> requirements,
      @Nullable Integer limit,
      long held,
      SlotRequest.Kind... kinds) {
    return failing(
        new MatchingRules.Input(
            "mon",
            site,
            requirements,
            NOW.plusSeconds(2),
            NOW.plusSeconds(1),
            null,
            limit,
            held,
            100,
            RunTimeEstimates.UNKNOWN,
            Stream.of(kinds).collect(Collectors.toMap(kind -> kind, kind -> Instant.MAX)),
            NOW));
  }

  private static List<String> failing(MatchingRules.Input input) {
    return MatchingRules.explain(input).stream()
        .filter(verdict -> !verdict.passes())
        .map(MatchingRules.Verdict::rule)
        .toList();
  }

  private static List<String> failing(
      RunTimeEstimates runTimes, Map<SlotRequest.Kind, Instant> kinds) {
    return failing(
        new MatchingRules.Input(
            "mon", null, Map.of(), null, null, null, null, 0, 100, runTimes, kinds, NOW));
  }

  @Test
  void a_job_without_requirements_passes_all_rules() {
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
    assertThat(failing(RunTimeEstimates.UNKNOWN, Map.of(BNL, NOW.plusSeconds(99))))
        .containsExactly("within-pilot-lifetime");
    assertThat(failing(RunTimeEstimates.UNKNOWN, Map.of(BNL, NOW.plusSeconds(100)))).isEmpty();
    assertThat(
            failing(
                RunTimeEstimates.UNKNOWN,
                Map.of(BNL, NOW.plusSeconds(9), CERN, NOW.plusSeconds(200))))
        .isEmpty();
  }

  @Test
  void for_a_pilot_that_ends_soon_the_run_times_learned_at_its_site_count() {
    RunTimeEstimates times = new RunTimeEstimates(Map.of("bnl", new RunTimeEstimate(10, 100, 5)));
    assertThat(failing(times, Map.of(BNL, NOW.plusSeconds(12)))).isEmpty();
    assertThat(failing(times, Map.of(CERN, NOW.plusSeconds(12))))
        .containsExactly("within-pilot-lifetime");
  }

  @Test
  void the_failing_rule_comes_first_and_times_have_milliseconds() {
    List<MatchingRules.Verdict> verdicts =
        MatchingRules.explain(
            new MatchingRules.Input(
                "mon",
                "cern",
                Map.of(),
                NOW.plusSeconds(60),
                NOW.plusSeconds(55),
                null,
                null,
                0,
                9,
                RunTimeEstimates.UNKNOWN,
                Map.of(BNL, Instant.MAX),
                NOW));
    assertThat(verdicts).hasSameSizeAs(MatchingRules.RULES);
    assertThat(verdicts.get(0).rule()).isEqualTo("site-accepts");
    assertThat(verdicts.get(1).rule()).isEqualTo("not-stale");
    assertThat(verdicts.get(1).why())
        .contains("2026-01-01T12:01:00.000Z")
        .contains("2026-01-01T12:00:55.000Z");
  }

  @Test
  void one_pilot_must_offer_both_site_and_labels() {
    assertThat(failing("bnl", Map.of("gpu", "yes"), null, 0, CERN, BNL))
        .containsExactly("labels-satisfied");
    assertThat(MatchingRules.matches("cern", Map.of("gpu", "yes"), CERN)).isTrue();
  }

  /** Each replica knows only the pilots that wait at it. */
  @Test
  void verdicts_about_waiting_pilots_name_this_broker() {
    MatchingRules.Input input =
        new MatchingRules.Input(
            "mon",
            "cern",
            Map.of(),
            null,
            null,
            null,
            null,
            0,
            100,
            RunTimeEstimates.UNKNOWN,
            Map.of(),
            NOW);
    assertThat(MatchingRules.explain(input).stream().filter(verdict -> !verdict.passes()))
        .hasSize(2)
        .allMatch(verdict -> verdict.why().endsWith(" at this broker."));
  }
}
