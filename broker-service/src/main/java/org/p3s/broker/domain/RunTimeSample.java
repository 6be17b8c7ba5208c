package org.p3s.broker.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The run times of some jobs of one type at one site. Samples are sums, so that those of a batch
 * are stored by one statement and in any order.
 *
 * @param site {@link RunTimeEstimates#ANY_SITE} for all sites together
 * @param n how many jobs
 * @param sum of their run times in seconds
 * @param squares sum of the squares of their run times
 */
public record RunTimeSample(String jobtype, String site, long n, double sum, double squares) {

  /** This sample and another of the same type and site. */
  public RunTimeSample plus(RunTimeSample other) {
    return new RunTimeSample(jobtype, site, n + other.n, sum + other.sum, squares + other.squares);
  }

  /** The samples from ended jobs: each job counts for its site, and for all sites together. */
  public static List<RunTimeSample> of(List<Decision.End> ends) {
    Map<List<String>, RunTimeSample> byTypeAndSite = new LinkedHashMap<>();
    for (Decision.End end : ends) {
      Holder holder = end.job().holder();
      Duration runTime = runTime(end);
      if (holder != null && runTime != null) {
        double seconds = runTime.toMillis() / 1000.0;
        for (String site : new LinkedHashSet<>(List.of(holder.site(), RunTimeEstimates.ANY_SITE))) {
          String type = end.job().jobtype();
          byTypeAndSite.merge(
              List.of(type, site),
              new RunTimeSample(type, site, 1, seconds, seconds * seconds),
              RunTimeSample::plus);
        }
      }
    }
    return new ArrayList<>(byTypeAndSite.values());
  }

  /**
   * The run time to learn from; null if there is none. A failure may come early, so it does not
   * count; a time limit counts, because the job would have run at least as long.
   */
  private static @Nullable Duration runTime(Decision.End end) {
    Integer errcode = end.errcode();
    boolean succeeded = end.state() == JobState.FINISHED && errcode != null && errcode == 0;
    boolean counts = succeeded || end.state() == JobState.TIMELIMIT;
    return counts && end.tsSta() != null ? Duration.between(end.tsSta(), end.tsSto()) : null;
  }
}
