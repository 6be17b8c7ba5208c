package org.p3s.detector;

import java.util.Arrays;

/**
 * The noise of a plane.
 *
 * @param pedestal by channel
 * @param rms by channel
 * @param coherentAmplitude of the oscillation that all channels share, in ADC counts
 * @param coherentPeriod of this oscillation, in ticks
 */
record NoiseEstimate(
    double[] pedestal, double[] rms, double coherentAmplitude, double coherentPeriod) {

  static NoiseEstimate of(WirePlane plane) {
    int n = plane.channels();
    double[] pedestal = new double[n];
    double[] rms = new double[n];
    for (int c = 0; c < n; c++) {
      short[] sorted = plane.adc()[c].clone();
      Arrays.sort(sorted);
      pedestal[c] = sorted[sorted.length / 2];
      // One standard deviation below the median: tracks change the upper side only.
      rms[c] = pedestal[c] - sorted[(int) (sorted.length * 0.1587)];
    }
    double[] mean = new double[plane.ticks()];
    for (int t = 0; t < mean.length; t++) {
      double[] values = new double[n];
      for (int c = 0; c < n; c++) {
        values[c] = plane.adc()[c][t] - pedestal[c];
      }
      Arrays.sort(values);
      mean[t] = values[n / 2];
    }
    return withCoherentNoise(pedestal, rms, mean);
  }

  /** Takes the strongest line in the spectrum of the mean signal of all channels. */
  private static NoiseEstimate withCoherentNoise(double[] pedestal, double[] rms, double[] mean) {
    int n = mean.length;
    double best = 0;
    int at = 1;
    for (int k = 1; k < n / 4; k++) {
      double re = 0;
      double im = 0;
      for (int t = 0; t < n; t++) {
        double angle = 2 * Math.PI * k * t / n;
        re += mean[t] * Math.cos(angle);
        im += mean[t] * Math.sin(angle);
      }
      double amplitude = 2 * Math.hypot(re, im) / n;
      if (amplitude > best) {
        best = amplitude;
        at = k;
      }
    }
    return new NoiseEstimate(pedestal, rms, best, (double) n / at);
  }

  double meanRms() {
    return Arrays.stream(rms).average().orElse(0);
  }

  /** How many channels have more than twice the noise of the median channel. */
  long noisyChannels() {
    double[] sorted = rms.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    return Arrays.stream(rms).filter(r -> r > 2 * median).count();
  }
}
