package org.p3s.bench;

import java.util.Arrays;
import java.util.Locale;

/** Latencies in milliseconds, and the numbers people quote of them. */
record Figures(double[] sorted) {

  static Figures ofNanos(long[] nanos) {
    return new Figures(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).sorted().toArray());
  }

  /** The value that a share {@code p} of the samples does not exceed (nearest rank). */
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
