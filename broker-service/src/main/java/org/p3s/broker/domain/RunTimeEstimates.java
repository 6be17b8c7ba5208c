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
   * The time that a pilot of that site must still live to get such a job: what was learned there,
   * else at all sites together, else the time limit; never more than the time limit.
   */
  public Duration neededTime(String site, long timelimit) {
    double seconds = Math.min(learned(site).orElse(timelimit), timelimit);
    return Duration.ofMillis((long) Math.ceil(1000 * seconds));
  }

  private OptionalDouble learned(String site) {
    RunTimeEstimate here = bySite.get(site);
    if (here != null && here.neededSeconds().isPresent()) {
      return here.neededSeconds();
    }
    RunTimeEstimate anywhere = bySite.get(ANY_SITE);
    return anywhere == null ? OptionalDouble.empty() : anywhere.neededSeconds();
  }

  /** The average seconds of such a job at that site, if they are known there or anywhere. */
  public OptionalDouble mean(String site) {
    RunTimeEstimate here = bySite.get(site);
    RunTimeEstimate known = here == null ? bySite.get(ANY_SITE) : here;
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(known.mean());
  }
}
