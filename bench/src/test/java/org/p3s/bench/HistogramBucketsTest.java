package org.p3s.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HistogramBucketsTest {

  private static HistogramBuckets buckets(int upTo10ms, int upTo20ms, int all) {
    return HistogramBuckets.parse(
        """
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.01"} %d.0
        wait_seconds_bucket{le="0.02"} %d.0
        wait_seconds_bucket{le="+Inf"} %d.0
        wait_seconds_count %d.0
        """
            .formatted(upTo10ms, upTo20ms, all, all),
        "wait_seconds");
  }

  @Test
  void a_quantile_is_interpolated_within_its_bucket() {
    HistogramBuckets before = buckets(100, 100, 100);
    HistogramBuckets after = buckets(150, 200, 200);
    assertThat(after.quantileSince(before, 0.5)).isCloseTo(0.01, within(1e-9));
    assertThat(after.quantileSince(before, 0.75)).isCloseTo(0.015, within(1e-9));
    assertThat(after.quantileSince(before, 0.99)).isCloseTo(0.0198, within(1e-9));
  }

  @Test
  void a_quantile_above_the_last_bound_is_that_bound() {
    assertThat(buckets(0, 0, 10).quantileSince(buckets(0, 0, 0), 0.99)).isEqualTo(0.02);
  }

  @Test
  void there_is_no_quantile_without_observations() {
    assertThat(buckets(5, 5, 5).quantileSince(buckets(5, 5, 5), 0.99)).isNaN();
  }
}
