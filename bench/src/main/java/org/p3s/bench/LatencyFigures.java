package org.p3s.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * A sample of latencies and its percentiles.
 *
 * @param sorted milliseconds, ascending
 */
record LatencyFigures(double[] sorted) {

  static LatencyFigures ofNanos(long[] nanos) {
    return new LatencyFigures(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).sorted().toArray());
  }

  /**
   * The value that a share of the samples does not exceed (nearest rank).
   *
   * @param p the share, from 0 to 1
   */
  double percentile(double p) {
    int rank = (int) Math.ceil(p * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "n %d   min %.1f ms   p50 %.1f ms   p90 %.1f ms   p99 %.1f ms   max %.1f ms",
        sorted.length,
        sorted[0],
        percentile(0.5),
        percentile(0.9),
        percentile(0.99),
        sorted[sorted.length - 1]);
  }
}
