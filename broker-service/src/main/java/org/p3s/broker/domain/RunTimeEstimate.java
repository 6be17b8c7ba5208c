package org.p3s.broker.domain;

import java.util.OptionalDouble;

/**
 * How long jobs of one type take at one site, learned from jobs that ended. Old samples lose weight
 * slowly; {@code PgRunTimeStore} computes the new values in SQL.
 *
 * @param mean of the run times, in seconds
 * @param meanSquare mean of the squares of the run times
 * @param samples how many jobs were taken into account
 */
public record RunTimeEstimate(double mean, double meanSquare, long samples) {

  /** With fewer samples the job's time limit is used instead. */
  public static final int ENOUGH_SAMPLES = 5;

  private static final double MARGIN = 1.1;
  private static final double DEVIATIONS = 3;

  /**
   * The seconds within which most jobs end: 1.1 times the mean and three standard deviations. Empty
   * while there are too few samples. The column {@code run_time.need_s} uses the same formula.
   */
  public OptionalDouble neededSeconds() {
    return samples < ENOUGH_SAMPLES
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            MARGIN * mean + DEVIATIONS * Math.sqrt(Math.max(meanSquare - mean * mean, 0)));
  }
}
