package org.p3s.detector;

import java.util.ArrayList;
import java.util.List;

/** A pulse over threshold: its highest tick and the charge around it, in ADC counts. */
record Hit(int channel, int tick, double charge) {

  private static final double THRESHOLD = 7;
  private static final int HALF = 5;

  static List<Hit> find(Plane plane, double[] pedestal, double[] rms) {
    List<Hit> hits = new ArrayList<>();
    for (int c = 0; c < plane.channels(); c++) {
      short[] adc = plane.adc()[c];
      double threshold = pedestal[c] + THRESHOLD * Math.max(1, rms[c]);
      for (int t = HALF; t < adc.length - HALF; t++) {
        if (adc[t] > threshold && isPeak(adc, t)) {
          double sum = 0;
          for (int dt = -HALF; dt <= HALF; dt++) {
            sum += adc[t + dt] - pedestal[c];
          }
          hits.add(new Hit(c, t, sum));
          t += HALF;
        }
      }
    }
    return hits;
  }

  private static boolean isPeak(short[] adc, int t) {
    for (int dt = 1; dt <= HALF; dt++) {
      if (adc[t - dt] > adc[t] || adc[t + dt] > adc[t]) {
        return false;
      }
    }
    return true;
  }
}
