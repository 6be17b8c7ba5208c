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

class RunTimeTest {

  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");

  private static RunTime.Sample one(double seconds) {
    return new RunTime.Sample("t", "cern", 1, seconds, seconds * seconds);
  }

  private static RunTime after(double... seconds) {
    RunTime time = RunTime.of(one(seconds[0]));
    for (int i = 1; i < seconds.length; i++) {
      time = time.with(one(seconds[i]));
    }
    return time;
  }

  @Test
  void with_few_samples_the_time_limit_counts() {
    RunTimes few = new RunTimes(Map.of("cern", after(5, 5, 5, 5)));
    assertThat(few.need("cern", 60)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void the_need_leans_high_and_never_exceeds_the_time_limit() {
    RunTime steady = after(10, 10, 10, 10, 10);
    assertThat(steady.need().orElseThrow()).isCloseTo(11, within(0.01));
    RunTime shaky = after(5, 15, 5, 15, 5, 15);
    assertThat(shaky.need().orElseThrow()).isGreaterThan(25);
    RunTimes times = new RunTimes(Map.of("cern", shaky));
    assertThat(times.need("cern", 20)).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void most_jobs_take_no_longer_than_the_need() {
    Random random = new Random(1);
    RunTime time = after(draw(random));
    int longer = 0;
    for (int i = 0; i < 2_000; i++) {
      double next = draw(random);
      longer += next > time.need().orElse(Double.MAX_VALUE) ? 1 : 0;
      time = time.with(one(next));
    }
    assertThat(longer).isLessThan(100);
  }

  private static double draw(Random random) {
    return 20 * Math.exp(0.5 * random.nextGaussian());
  }

  @Test
  void what_is_long_past_is_forgotten() {
    List<Double> all = new ArrayList<>();
    RunTime time = after(100, 100, 100, 100, 100, 100, 100, 100);
    for (int i = 0; i < 100; i++) {
      time = time.with(one(10));
      all.add(time.mean());
    }
    assertThat(time.mean()).isCloseTo(10, within(1.0));
    assertThat(all.get(5)).isGreaterThan(20);
  }

  @Test
  void a_batch_counts_like_its_parts_while_little_is_known() {
    RunTime together = RunTime.of(new RunTime.Sample("t", "cern", 3, 60, 1400));
    assertThat(together.mean()).isCloseTo(after(10, 20, 30).mean(), within(1e-9));
  }

  @Test
  void a_site_of_which_too_little_is_known_goes_by_all_sites_together() {
    RunTimes times =
        new RunTimes(Map.of("cern", after(1, 1), RunTimes.ANYWHERE, after(10, 10, 10, 10, 10)));
    assertThat(times.need("cern", 60)).isEqualTo(Duration.ofSeconds(11));
    assertThat(times.need("bnl", 60)).isEqualTo(Duration.ofSeconds(11));
  }

  @Test
  void ends_teach_their_site_and_all_sites_but_failures_and_lost_pilots_teach_nothing() {
    List<RunTime.Sample> samples =
        RunTime.samples(
            List.of(
                end(JobState.FINISHED, 0, 4),
                end(JobState.FINISHED, 0, 6),
                end(JobState.FINISHED, 3, 1),
                end(JobState.PILOT_TIMEOUT, null, 50),
                end(JobState.TIMELIMIT, 77, 60)));
    assertThat(samples)
        .containsExactly(
            new RunTime.Sample("t", "cern", 3, 70, 16 + 36 + 3600),
            new RunTime.Sample("t", RunTimes.ANYWHERE, 3, 70, 16 + 36 + 3600));
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
