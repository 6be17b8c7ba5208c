package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.SheddingOrder.WaitingJob;

class SheddingOrderTest {

  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");

  private static WaitingJob job(int number, int priority, long age) {
    return new WaitingJob(new UUID(7, number), false, priority, T.minusSeconds(age), null);
  }

  private static List<Long> dropped(SheddingRule rule, int limit, WaitingJob... waiting) {
    return SheddingOrder.excess(rule, List.of(waiting), limit).stream()
        .map(job -> job.uuid().getLeastSignificantBits())
        .toList();
  }

  @Test
  void jobs_within_the_limit_stay() {
    for (SheddingRule rule : SheddingRule.values()) {
      assertThat(dropped(rule, 2, job(1, 0, 1), job(2, 0, 2))).isEmpty();
      assertThat(dropped(rule, 0, job(1, 0, 1), job(2, 0, 2))).hasSize(2);
    }
  }

  @Test
  void the_oldest_or_the_newest_job_goes_first() {
    assertThat(dropped(SheddingRule.OLDEST, 1, job(1, 0, 10), job(2, 0, 30), job(3, 0, 20)))
        .containsExactly(2L, 3L);
    assertThat(dropped(SheddingRule.NEWEST, 1, job(1, 0, 10), job(2, 0, 30), job(3, 0, 20)))
        .containsExactly(1L, 3L);
  }

  @Test
  void by_every_rule_lower_priorities_go_first() {
    for (SheddingRule rule : SheddingRule.values()) {
      assertThat(dropped(rule, 2, job(1, 5, 99), job(2, -1, 50), job(3, 5, 1), job(4, 0, 20)))
          .containsExactly(2L, 4L);
    }
  }

  @Test
  void by_every_rule_optional_jobs_go_before_all_others() {
    WaitingJob optional = new WaitingJob(new UUID(7, 9), true, 10, T, null);
    for (SheddingRule rule : SheddingRule.values()) {
      assertThat(dropped(rule, 1, job(1, -1, 99), optional, job(2, 5, 1))).containsExactly(9L, 1L);
    }
  }

  @Test
  void a_sample_depends_only_on_the_files_and_is_the_same_in_a_replay() {
    List<WaitingJob> first = files(new Random(1));
    List<WaitingJob> replay = files(new Random(2));
    Collections.shuffle(replay, new Random(3));
    assertThat(kept(first, 100)).hasSize(100).isEqualTo(kept(replay, 100));
  }

  @Test
  void a_smaller_sample_is_a_part_of_a_larger_one() {
    List<WaitingJob> all = files(new Random(1));
    assertThat(kept(all, 200)).containsAll(kept(all, 50));
  }

  @Test
  void a_sample_is_even_over_the_files() {
    Set<String> kept = kept(files(new Random(1)), 500);
    long ofFirstHalf = kept.stream().filter(file -> file.compareTo("/data/0500") < 0).count();
    assertThat(ofFirstHalf).isBetween(200L, 300L);
  }

  private static List<WaitingJob> files(Random random) {
    return new ArrayList<>(
        IntStream.range(0, 1000)
            .mapToObj(
                i ->
                    new WaitingJob(
                        new UUID(random.nextLong(), random.nextLong()),
                        false,
                        0,
                        T.plusSeconds(random.nextInt(1000)),
                        "/data/%04d".formatted(i)))
            .toList());
  }

  private static Set<String> kept(List<WaitingJob> all, int limit) {
    Set<WaitingJob> rest = new HashSet<>(all);
    SheddingOrder.excess(SheddingRule.SAMPLE, all, limit).forEach(rest::remove);
    return rest.stream().map(WaitingJob::infile).collect(Collectors.toSet());
  }

  @Test
  void the_reason_names_rule_and_limit() {
    assertThat(SheddingRule.OLDEST.reason("purity", 100))
        .isEqualTo("backlog of purity over 100, oldest dropped");
    assertThat(SheddingRule.of("sample")).contains(SheddingRule.SAMPLE);
    assertThat(SheddingRule.of("random")).isEmpty();
  }
}
