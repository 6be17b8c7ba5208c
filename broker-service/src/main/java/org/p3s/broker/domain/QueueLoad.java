package org.p3s.broker.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many jobs wait, by job type and site, in so few lines that each can be a metric: the deepest
 * queues, and the rest together.
 *
 * @param groups waiting jobs by type and the site that they ask for
 * @param heldBySite how many jobs pilots hold
 * @param runTimes of the job types that wait
 * @param paused job types that are paused; other jobs do not wait for theirs
 */
public record QueueLoad(
    List<Group> groups,
    Map<String, Long> heldBySite,
    Map<String, RunTimeEstimates> runTimes,
    Set<String> paused) {

  /** The job type and site of the line for the rest. */
  public static final String OTHER = "other";

  /** The site of jobs that may run at any site. */
  public static final String ANY = "any";

  /** The waiting jobs of one type that ask for one site, or for none. */
  public record Group(String jobtype, @Nullable String site, long depth, Instant oldest) {}

  /**
   * A line of the metrics.
   *
   * @param expectedWait seconds that a new job may wait behind these; empty if it is not known
   */
  public record Line(
      String jobtype, String site, long depth, Instant oldest, OptionalDouble expectedWait) {}

  /** At most that many lines, and one for the rest. */
  public List<Line> lines(int most) {
    Map<String, Double> work = workBySite();
    List<Line> all =
        groups.stream()
            .sorted(Comparator.comparingLong(Group::depth).reversed())
            .map(group -> line(group, work))
            .toList();
    if (all.size() <= most) {
      return all;
    }
    List<Line> lines = new ArrayList<>(all.subList(0, most));
    lines.add(rest(all.subList(most, all.size())));
    return lines;
  }

  private static Line rest(List<Line> lines) {
    return new Line(
        OTHER,
        OTHER,
        lines.stream().mapToLong(Line::depth).sum(),
        lines.stream().map(Line::oldest).min(Comparator.naturalOrder()).orElse(Instant.MAX),
        lines.stream().map(Line::expectedWait).flatMapToDouble(OptionalDouble::stream).max());
  }

  private Line line(Group group, Map<String, Double> work) {
    return new Line(
        group.jobtype(),
        Objects.requireNonNullElse(group.site(), ANY),
        group.depth(),
        group.oldest(),
        expectedWait(group, work));
  }

  /**
   * The seconds of work that wait for the same pilots, divided by the number of jobs that these
   * hold. Priorities are ignored.
   */
  private OptionalDouble expectedWait(Group group, Map<String, Double> work) {
    String site = group.site();
    long pilots =
        site == null
            ? heldBySite.values().stream().mapToLong(Long::longValue).sum()
            : heldBySite.getOrDefault(site, 0L);
    if (pilots == 0 || paused.contains(group.jobtype()) || meanRunTime(group).isEmpty()) {
      return OptionalDouble.empty();
    }
    double seconds =
        site == null
            ? work.values().stream().mapToDouble(Double::doubleValue).sum()
            : work.getOrDefault(site, 0.0) + work.getOrDefault(ANY, 0.0);
    return OptionalDouble.of(seconds / pilots);
  }

  private Map<String, Double> workBySite() {
    Map<String, Double> work = new HashMap<>();
    for (Group group : groups) {
      if (!paused.contains(group.jobtype())) {
        work.merge(
            Objects.requireNonNullElse(group.site(), ANY),
            group.depth() * meanRunTime(group).orElse(0),
            Double::sum);
      }
    }
    return work;
  }

  private OptionalDouble meanRunTime(Group group) {
    return runTimes
        .getOrDefault(group.jobtype(), RunTimeEstimates.UNKNOWN)
        .mean(Objects.requireNonNullElse(group.site(), RunTimeEstimates.ANY_SITE));
  }
}
