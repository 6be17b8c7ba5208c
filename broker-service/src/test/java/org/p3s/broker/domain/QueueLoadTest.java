package org.p3s.broker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.QueueLoad.Group;
import org.p3s.broker.domain.QueueLoad.Line;

class QueueLoadTest {

  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");
  private static final RunTimeEstimates TEN_SECONDS =
      new RunTimeEstimates(Map.of(RunTimeEstimates.ANY_SITE, new RunTimeEstimate(10, 100, 5)));

  private static Group group(String jobtype, @Nullable String site, long depth) {
    return new Group(jobtype, site, depth, T.minusSeconds(depth));
  }

  @Test
  void only_the_deepest_queues_have_lines_of_their_own() {
    List<Group> groups = IntStream.range(0, 60).mapToObj(i -> group("t" + i, null, 1 + i)).toList();
    List<Line> lines = new QueueLoad(groups, Map.of(), Map.of(), Set.of()).lines(50);
    assertThat(lines).hasSize(51);
    assertThat(lines.get(0).jobtype()).isEqualTo("t59");
    Line other = lines.get(50);
    assertThat(other.jobtype()).isEqualTo(QueueLoad.OTHER);
    assertThat(other.depth()).isEqualTo(55);
    assertThat(other.oldest()).isEqualTo(T.minusSeconds(10));
    assertThat(lines.stream().mapToLong(Line::depth).sum()).isEqualTo(60 * 61 / 2);
  }

  @Test
  void the_expected_wait_is_the_waiting_work_divided_by_the_pilots() {
    QueueLoad load =
        new QueueLoad(
            List.of(group("a", "cern", 30), group("a", null, 20), group("b", "bnl", 1)),
            Map.of("cern", 5L, "bnl", 5L),
            Map.of("a", TEN_SECONDS, "b", TEN_SECONDS),
            Set.of());
    assertThat(load.lines(9)).extracting(Line::site).containsExactly("cern", "any", "bnl");
    assertThat(load.lines(9).get(0).expectedWait()).hasValue(100);
    assertThat(load.lines(9).get(1).expectedWait()).hasValue(51);
    assertThat(load.lines(9).get(2).expectedWait()).hasValue(42);
  }

  @Test
  void without_pilots_or_run_times_or_if_paused_there_is_no_expected_wait() {
    List<Group> groups =
        List.of(group("a", "cern", 9), group("b", "bnl", 8), group("c", "cern", 7));
    QueueLoad load =
        new QueueLoad(
            groups, Map.of("cern", 1L), Map.of("a", TEN_SECONDS, "b", TEN_SECONDS), Set.of("a"));
    assertThat(load.lines(9)).allMatch(line -> line.expectedWait().isEmpty());
  }
}
