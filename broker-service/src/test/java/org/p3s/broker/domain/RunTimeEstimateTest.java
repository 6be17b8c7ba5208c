package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunTimeEstimateTest {

  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");

  private static RunTimeSample one(double seconds) {
    return new RunTimeSample("t", "cern", 1, seconds, seconds * seconds);
  }

  private static RunTimeEstimate after(double... seconds) {
    RunTimeEstimate time = RunTimeFormula.of(one(seconds[0]));
    for (int i = 1; i < seconds.length; i++) {
      time = RunTimeFormula.with(time, one(seconds[i]));
    }
    return time;
  }

  @Test
  void with_few_samples_the_time_limit_counts() {
    RunTimeEstimates few = new RunTimeEstimates(Map.of("cern", after(5, 5, 5, 5)));
    assertThat(few.neededTime("cern", 60)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void the_needed_time_is_above_the_mean_and_at_most_the_time_limit() {
    RunTimeEstimate steady = after(10, 10, 10, 10, 10);
    assertThat(steady.neededSeconds().orElseThrow()).isCloseTo(11, within(0.01));
    RunTimeEstimate shaky = after(5, 15, 5, 15, 5, 15);
    assertThat(shaky.neededSeconds().orElseThrow()).isGreaterThan(25);
    RunTimeEstimates times = new RunTimeEstimates(Map.of("cern", shaky));
    assertThat(times.neededTime("cern", 20)).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void most_jobs_end_within_the_needed_time() {
    Random random = new Random(1);
    RunTimeEstimate time = after(draw(random));
    int longer = 0;
    for (int i = 0; i < 2_000; i++) {
      double next = draw(random);
      longer += next > time.neededSeconds().orElse(Double.MAX_VALUE) ? 1 : 0;
      time = RunTimeFormula.with(time, one(next));
    }
    assertThat(longer).isLessThan(100);
  }

  private static double draw(Random random) {
    return 20 * Math.exp(0.5 * random.nextGaussian());
  }

  @Test
  void old_samples_lose_their_weight() {
    List<Double> all = new ArrayList<>();
    RunTimeEstimate time = after(100, 100, 100, 100, 100, 100, 100, 100);
    for (int i = 0; i < 100; i++) {
      time = RunTimeFormula.with(time, one(10));
      all.add(time.mean());
    }
    assertThat(time.mean()).isCloseTo(10, within(1.0));
    assertThat(all.get(5)).isGreaterThan(20);
  }

  @Test
  void a_first_batch_has_the_same_weight_as_its_samples_one_by_one() {
    RunTimeEstimate together = RunTimeFormula.of(new RunTimeSample("t", "cern", 3, 60, 1400));
    assertThat(together.mean()).isCloseTo(after(10, 20, 30).mean(), within(1e-9));
  }

  @Test
  void a_site_with_too_few_samples_uses_those_of_all_sites() {
    RunTimeEstimates times =
        new RunTimeEstimates(
            Map.of("cern", after(1, 1), RunTimeEstimates.ANY_SITE, after(10, 10, 10, 10, 10)));
    assertThat(times.neededTime("cern", 60)).isEqualTo(Duration.ofSeconds(11));
    assertThat(times.neededTime("bnl", 60)).isEqualTo(Duration.ofSeconds(11));
  }

  @Test
  void successes_and_time_limits_are_samples_but_failures_and_lost_pilots_are_not() {
    List<RunTimeSample> samples =
        RunTimeSample.of(
            List.of(
                end(JobState.FINISHED, 0, 4),
                end(JobState.FINISHED, 0, 6),
                end(JobState.FINISHED, 3, 1),
                end(JobState.PILOT_TIMEOUT, null, 50),
                end(JobState.TIMELIMIT, 77, 60)));
    assertThat(samples)
        .containsExactly(
            new RunTimeSample("t", "cern", 3, 70, 16 + 36 + 3600),
            new RunTimeSample("t", RunTimeEstimates.ANY_SITE, 3, 70, 16 + 36 + 3600));
  }

  private static Decision.End end(JobState state, @Nullable Integer errcode, long seconds) {
    Holder holder = new Holder(UUID.randomUUID(), 0, 1, "cern", Map.of(), null, null, null);
    Job job =
        new Job(
            UUID.randomUUID(),
            null,
            null,
            "t",
            JobState.RUNNING,
            1,
            null,
            null,
            T,
            null,
            T,
            T,
            holder,
            null,
            false);
    return new Decision.End(job, state, errcode, null, null, T, T.plusSeconds(seconds));
  }
}
