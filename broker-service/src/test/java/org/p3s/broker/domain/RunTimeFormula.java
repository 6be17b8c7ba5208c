package org.p3s.broker.domain;

/**
 * How samples change a run time estimate, in Java: the reference for the statement in {@code
 * PgRunTimeStore}, which {@code LearnedRunTimeIT} compares with it.
 */
public final class RunTimeFormula {

  private static final double OLD_SAMPLES_LOSE = 1 / 16.0;

  /** The estimate from the first samples. */
  public static RunTimeEstimate of(RunTimeSample sample) {
    return with(new RunTimeEstimate(0, 0, 0), sample);
  }

  /** The first samples have the same weight, later ones push out the old ones. */
  public static RunTimeEstimate with(RunTimeEstimate before, RunTimeSample sample) {
    double n = sample.n();
    double weight = Math.max(1 - Math.pow(1 - OLD_SAMPLES_LOSE, n), n / (before.samples() + n));
    return new RunTimeEstimate(
        before.mean() + weight * (sample.sum() / n - before.mean()),
        before.meanSquare() + weight * (sample.squares() / n - before.meanSquare()),
        before.samples() + sample.n());
  }

  private RunTimeFormula() {}
}
