package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    return Matching.explain(
            new Matching.View(
                "mon", site, requirements, NOW.plusSeconds(1), limit, held, Set.of(kinds), NOW))
        .stream()
        .filter(verdict -> !verdict.passes())
        .map(Matching.Verdict::rule)
        .toList();
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
  void site_and_labels_must_be_those_of_one_seat() {
    assertThat(failing("bnl", Map.of("gpu", "yes"), null, 0, CERN, BNL))
        .containsExactly("labels-satisfied");
    assertThat(Matching.fits("cern", Map.of("gpu", "yes"), CERN)).isTrue();
  }
}
