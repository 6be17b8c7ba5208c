package org.p3s.broker.domain;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/** How long jobs of one type take, by site. */
public record RunTimeEstimates(Map<String, RunTimeEstimate> bySite) {

  /** The key for all sites together, used for sites with too few samples. */
  public static final String ANY_SITE = "";

  /** Nothing is known about the type. */
  public static final RunTimeEstimates UNKNOWN = new RunTimeEstimates(Map.of());

  public RunTimeEstimates {
    bySite = Map.copyOf(bySite);
  }

  /**
   * The time that a pilot of that site must still live to get such a job: as {@link #learned}, else
   * the time limit.
   */
  public Duration neededTime(String site, long timelimit) {
    return Duration.ofMillis((long) Math.ceil(1000 * learned(site, timelimit).orElse(timelimit)));
  }

  /**
   * The seconds that such a job takes, as learned at that site, else at all sites together, but
   * never more than the time limit. The SQL function {@code learned_run_time} has the same rule.
   */
  public OptionalDouble learned(String site, long timelimit) {
    OptionalDouble here = neededSeconds(site);
    OptionalDouble known = here.isPresent() ? here : neededSeconds(ANY_SITE);
    return known.isPresent()
        ? OptionalDouble.of(Math.min(known.getAsDouble(), timelimit))
        : OptionalDouble.empty();
  }

  private OptionalDouble neededSeconds(String site) {
    RunTimeEstimate estimate = bySite.get(site);
    return estimate == null ? OptionalDouble.empty() : estimate.neededSeconds();
  }

  /** The average seconds of such a job at that site, if they are known there or anywhere. */
  public OptionalDouble mean(String site) {
    RunTimeEstimate here = bySite.get(site);
    RunTimeEstimate known = here == null ? bySite.get(ANY_SITE) : here;
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(known.mean());
  }
}
