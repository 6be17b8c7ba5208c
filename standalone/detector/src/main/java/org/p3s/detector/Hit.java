package org.p3s.detector;

import java.util.ArrayList;
import java.util.List;

/**
 * A pulse above threshold.
 *
 * @param tick of the maximum
 * @param charge sum of the samples around the maximum, in ADC counts
 */
record Hit(int channel, int tick, double charge) {

  private static final double THRESHOLD = 7;
  private static final int HALF_WIDTH = 5;

  /**
   * The hits of a plane.
   *
   * @param pedestal by channel
   * @param rms of the noise, by channel
   */
  static List<Hit> find(WirePlane plane, double[] pedestal, double[] rms) {
    List<Hit> hits = new ArrayList<>();
    for (int c = 0; c < plane.channels(); c++) {
      short[] adc = plane.adc()[c];
      double threshold = pedestal[c] + THRESHOLD * Math.max(1, rms[c]);
      for (int t = HALF_WIDTH; t < adc.length - HALF_WIDTH; t++) {
        if (adc[t] > threshold && isPeak(adc, t)) {
          double sum = 0;
          for (int dt = -HALF_WIDTH; dt <= HALF_WIDTH; dt++) {
            sum += adc[t + dt] - pedestal[c];
          }
          hits.add(new Hit(c, t, sum));
          t += HALF_WIDTH;
        }
      }
    }
    return hits;
  }

  private static boolean isPeak(short[] adc, int t) {
    for (int dt = 1; dt <= HALF_WIDTH; dt++) {
      if (adc[t - dt] > adc[t] || adc[t + dt] > adc[t]) {
        return false;
      }
    }
    return true;
  }
}
