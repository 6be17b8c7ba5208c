package org.p3s.broker.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How long jobs of a type take somewhere, as learned from their ends: mean and mean square of
 * seconds, which forget slowly. Both are linear in the samples, so that a batch of ends is one set
 * statement and its order does not matter. The table in SQL goes by the same formulas; a test holds
 * the two together.
 */
public record RunTime(double mean, double square, long samples) {

  /** With fewer samples the job's time limit counts. */
  public static final int ENOUGH = 5;

  private static final double FORGETS = 1 / 16.0;
  private static final double MARGIN = 1.1;
  private static final double DEVIATIONS = 3;

  private static final RunTime NOTHING = new RunTime(0, 0, 0);

  /**
   * What ends of one batch say about a type at a site.
   *
   * @param site {@link RunTimes#ANYWHERE} for all sites together
   * @param n how many ends
   * @param sum of their seconds
   * @param squares sum of the squares
   */
  public record Sample(String jobtype, String site, long n, double sum, double squares) {

    Sample and(double seconds) {
      return new Sample(jobtype, site, n + 1, sum + seconds, squares + seconds * seconds);
    }

    /** This and another of the same type and site. */
    public Sample and(Sample other) {
      return new Sample(jobtype, site, n + other.n, sum + other.sum, squares + other.squares);
    }
  }

  /** What these ends say: each for its site, and for all sites together. */
  public static List<Sample> samples(List<Decision.End> ends) {
    Map<List<String>, Sample> byPlace = new LinkedHashMap<>();
    for (Decision.End end : ends) {
      Holder holder = end.job().holder();
      Duration ran = ran(end);
      if (holder != null && ran != null) {
        for (String site : new LinkedHashSet<>(List.of(holder.site(), RunTimes.ANYWHERE))) {
          Sample none = new Sample(end.job().jobtype(), site, 0, 0, 0);
          List<String> place = List.of(none.jobtype(), site);
          byPlace.put(place, byPlace.getOrDefault(place, none).and(ran.toMillis() / 1000.0));
        }
      }
    }
    return new ArrayList<>(byPlace.values());
  }

  /** A failure may come early and says nothing; a time limit says: at least so long. */
  private static @Nullable Duration ran(Decision.End end) {
    Integer errcode = end.errcode();
    boolean well = end.state() == JobState.FINISHED && errcode != null && errcode == 0;
    boolean teaches = well || end.state() == JobState.TIMELIMIT;
    return teaches && end.tsSta() != null ? Duration.between(end.tsSta(), end.tsSto()) : null;
  }

  /** Nothing learned yet, and then this. */
  public static RunTime of(Sample sample) {
    return NOTHING.with(sample);
  }

  /** The first samples count alike, later ones push out the old. */
  public RunTime with(Sample sample) {
    double n = sample.n();
    double weight = Math.max(1 - Math.pow(1 - FORGETS, n), n / (samples + n));
    return new RunTime(
        mean + weight * (sample.sum() / n - mean),
        square + weight * (sample.squares() / n - square),
        samples + sample.n());
  }

  /** Seconds that most jobs will not exceed; empty while too few have ended. */
  public OptionalDouble need() {
    return samples < ENOUGH
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            MARGIN * mean + DEVIATIONS * Math.sqrt(Math.max(square - mean * mean, 0)));
  }
}
