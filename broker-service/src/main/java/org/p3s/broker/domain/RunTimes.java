package org.p3s.broker.domain;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/** How long jobs of one type take, by site. */
public record RunTimes(Map<String, RunTime> bySite) {

  /** All sites together, for sites where too little is known. */
  public static final String ANYWHERE = "";

  public static final RunTimes UNKNOWN = new RunTimes(Map.of());

  public RunTimes {
    bySite = Map.copyOf(bySite);
  }

  /** How much life a pilot of that site needs for such a job; never more than the time limit. */
  public Duration need(String site, long timelimit) {
    double seconds = Math.min(learned(site).orElse(timelimit), timelimit);
    return Duration.ofMillis((long) Math.ceil(1000 * seconds));
  }

  private OptionalDouble learned(String site) {
    RunTime here = bySite.get(site);
    if (here != null && here.need().isPresent()) {
      return here.need();
    }
    RunTime anywhere = bySite.get(ANYWHERE);
    return anywhere == null ? OptionalDouble.empty() : anywhere.need();
  }

  /** What such a job takes there on average, as far as it is known. */
  public OptionalDouble mean(String site) {
    RunTime here = bySite.get(site);
    RunTime known = here == null ? bySite.get(ANYWHERE) : here;
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(known.mean());
  }
}
