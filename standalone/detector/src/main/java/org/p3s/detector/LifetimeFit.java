package org.p3s.detector;

import java.util.ArrayList;
import java.util.List;

/**
 * The electron lifetime, which is a measure of the purity of the argon, from the loss of charge
 * with drift time.
 *
 * @param lifetime in ms
 * @param error of the lifetime, in ms
 * @param hits how many hits were used
 */
record LifetimeFit(double lifetime, double error, int hits) {

  private static final int BINS = 25;

  /** Fits a straight line to the logarithm of the median charge in bins of drift time. */
  static LifetimeFit fit(List<Hit> hits, int ticks, double msPerTick) {
    List<List<Double>> bins = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      bins.add(new ArrayList<>());
    }
    hits.forEach(hit -> bins.get(hit.tick() * BINS / ticks).add(hit.charge()));
    double sw = 0;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double sxy = 0;
    for (int i = 0; i < BINS; i++) {
      List<Double> charges = bins.get(i).stream().filter(q -> q > 0).sorted().toList();
      if (charges.size() < 8) {
        continue;
      }
      double median = charges.get(charges.size() / 2);
      double spread =
          (charges.get((int) (charges.size() * 0.84)) - charges.get((int) (charges.size() * 0.16)))
              / 2;
      // The error of a median is 1.25 times that of a mean.
      double error = 1.25 * spread / median / Math.sqrt(charges.size());
      double w = 1 / (error * error);
      double x = (i + 0.5) * ticks / BINS * msPerTick;
      double y = Math.log(median);
      sw += w;
      sx += w * x;
      sy += w * y;
      sxx += w * x * x;
      sxy += w * x * y;
    }
    double determinant = sw * sxx - sx * sx;
    double slope = (sw * sxy - sx * sy) / determinant;
    double slopeError = Math.sqrt(sw / determinant);
    double lifetime = -1 / slope;
    return new LifetimeFit(lifetime, slopeError * lifetime * lifetime, hits.size());
  }
}
