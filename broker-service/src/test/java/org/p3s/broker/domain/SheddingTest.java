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
import org.p3s.broker.domain.Shedding.Waiting;

class SheddingTest {

  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");

  private static Waiting job(int number, int priority, long age) {
    return new Waiting(new UUID(7, number), false, priority, T.minusSeconds(age), null);
  }

  private static List<Long> goes(Shedding rule, int limit, Waiting... waiting) {
    return rule.excess(List.of(waiting), limit).stream()
        .map(job -> job.uuid().getLeastSignificantBits())
        .toList();
  }

  @Test
  void what_is_within_the_limit_stays() {
    for (Shedding rule : Shedding.values()) {
      assertThat(goes(rule, 2, job(1, 0, 1), job(2, 0, 2))).isEmpty();
      assertThat(goes(rule, 0, job(1, 0, 1), job(2, 0, 2))).hasSize(2);
    }
  }

  @Test
  void the_oldest_or_the_newest_goes_first() {
    assertThat(goes(Shedding.OLDEST, 1, job(1, 0, 10), job(2, 0, 30), job(3, 0, 20)))
        .containsExactly(2L, 3L);
    assertThat(goes(Shedding.NEWEST, 1, job(1, 0, 10), job(2, 0, 30), job(3, 0, 20)))
        .containsExactly(1L, 3L);
  }

  @Test
  void lower_priority_goes_before_higher_whatever_the_rule() {
    for (Shedding rule : Shedding.values()) {
      assertThat(goes(rule, 2, job(1, 5, 99), job(2, -1, 50), job(3, 5, 1), job(4, 0, 20)))
          .containsExactly(2L, 4L);
    }
  }

  @Test
  void what_a_workflow_can_do_without_goes_first_whatever_its_priority() {
    Waiting optional = new Waiting(new UUID(7, 9), true, 10, T, null);
    for (Shedding rule : Shedding.values()) {
      assertThat(goes(rule, 1, job(1, -1, 99), optional, job(2, 5, 1))).containsExactly(9L, 1L);
    }
  }

  @Test
  void a_sample_is_the_same_in_a_replay_in_any_order_and_with_new_uuids() {
    List<Waiting> first = files(new Random(1));
    List<Waiting> replay = files(new Random(2));
    Collections.shuffle(replay, new Random(3));
    assertThat(kept(first, 100)).hasSize(100).isEqualTo(kept(replay, 100));
  }

  @Test
  void a_sample_that_is_cut_again_is_a_part_of_the_larger_one() {
    List<Waiting> all = files(new Random(1));
    assertThat(kept(all, 200)).containsAll(kept(all, 50));
  }

  @Test
  void a_sample_is_even_over_the_files() {
    Set<String> kept = kept(files(new Random(1)), 500);
    long ofFirstHalf = kept.stream().filter(file -> file.compareTo("/data/0500") < 0).count();
    assertThat(ofFirstHalf).isBetween(200L, 300L);
  }

  private static List<Waiting> files(Random random) {
    return new ArrayList<>(
        IntStream.range(0, 1000)
            .mapToObj(
                i ->
                    new Waiting(
                        new UUID(random.nextLong(), random.nextLong()),
                        false,
                        0,
                        T.plusSeconds(random.nextInt(1000)),
                        "/data/%04d".formatted(i)))
            .toList());
  }

  private static Set<String> kept(List<Waiting> all, int limit) {
    Set<Waiting> rest = new HashSet<>(all);
    Shedding.SAMPLE.excess(all, limit).forEach(rest::remove);
    return rest.stream().map(Waiting::infile).collect(Collectors.toSet());
  }

  @Test
  void the_reason_names_rule_and_limit() {
    assertThat(Shedding.OLDEST.reason("purity", 100))
        .isEqualTo("backlog of purity over 100, oldest dropped");
    assertThat(Shedding.of("sample")).contains(Shedding.SAMPLE);
    assertThat(Shedding.of("random")).isEmpty();
  }
}
