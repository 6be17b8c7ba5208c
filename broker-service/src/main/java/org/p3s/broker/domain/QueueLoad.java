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
 * The queue by job type and site, in so few lines that each can be a metric: the deepest, and the
 * rest together.
 *
 * @param groups waiting jobs by type and the site that they ask for
 * @param heldBySite jobs in pilots' hands
 * @param runTimes of the types that wait
 * @param paused types of which none is given out; they make nobody wait
 */
public record QueueLoad(
    List<Group> groups,
    Map<String, Long> heldBySite,
    Map<String, RunTimes> runTimes,
    Set<String> paused) {

  /** Stands for what is too much to tell apart. */
  public static final String OTHER = "other";

  /** Stands for no site in particular. */
  public static final String ANY = "any";

  /** Jobs of one type that wait, and ask for one site or for none. */
  public record Group(String jobtype, @Nullable String site, long depth, Instant oldest) {}

  /**
   * A line of the metrics.
   *
   * @param expectedWait seconds that a job that comes now may wait behind these; empty if it can't
   *     be said
   */
  public record Line(
      String jobtype, String site, long depth, Instant oldest, OptionalDouble expectedWait) {}

  /** At most so many lines and one for the rest. */
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
        wait(group, work));
  }

  /** What waits for the same pilots, shared out among them; without regard to priorities. */
  private OptionalDouble wait(Group group, Map<String, Double> work) {
    String site = group.site();
    long pilots =
        site == null
            ? heldBySite.values().stream().mapToLong(Long::longValue).sum()
            : heldBySite.getOrDefault(site, 0L);
    if (pilots == 0 || paused.contains(group.jobtype()) || takes(group).isEmpty()) {
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
            group.depth() * takes(group).orElse(0),
            Double::sum);
      }
    }
    return work;
  }

  private OptionalDouble takes(Group group) {
    return runTimes
        .getOrDefault(group.jobtype(), RunTimes.UNKNOWN)
        .mean(Objects.requireNonNullElse(group.site(), RunTimes.ANYWHERE));
  }
}
