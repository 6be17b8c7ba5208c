package org.p3s.bench;

import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.p3s.bench.RunningStack.Service;

/**
 * The cumulative buckets of a Prometheus histogram at one moment. {@link #quantileSince} computes
 * what {@code histogram_quantile} gives for the observations between two moments.
 *
 * @param counts observations up to an upper bound, by that bound
 */
record HistogramBuckets(Map<Double, Double> counts) {

  private static final Pattern LE = Pattern.compile("le=\"([^\"]+)\"");

  /** Reads the buckets of a metric of a service; none if the service has no such metric. */
  static HistogramBuckets read(
      EventLoopHttpClient http, RunningStack stack, Service service, String metric)
      throws IOException, InterruptedException {
    EventLoopHttpClient.Reply reply =
        EventLoopHttpClient.await(
            http.send(HttpMethod.GET, service, "/q/metrics", stack.token("viewer"), null), 200);
    return parse(reply.body().toString(), metric);
  }

  static HistogramBuckets parse(String metrics, String metric) {
    Map<Double, Double> counts = new TreeMap<>();
    metrics
        .lines()
        .filter(line -> line.startsWith(metric + "_bucket{"))
        .forEach(
            line -> {
              Matcher le = LE.matcher(line);
              if (le.find()) {
                String bound = le.group(1);
                double upper =
                    bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
                double count = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                counts.merge(upper, count, Double::sum);
              }
            });
    return new HistogramBuckets(counts);
  }

  /** The quantile of the observations since {@code before}; NaN if there were none. */
  double quantileSince(HistogramBuckets before, double q) {
    double total = since(before, Double.POSITIVE_INFINITY);
    double rank = q * total;
    double lower = 0;
    double below = 0;
    for (double upper : counts.keySet()) {
      double count = since(before, upper);
      if (total > 0 && count >= rank) {
        return Double.isInfinite(upper)
            ? lower
            : lower + (upper - lower) * (rank - below) / (count - below);
      }
      lower = upper;
      below = count;
    }
    return Double.NaN;
  }

  private double since(HistogramBuckets before, double upper) {
    return counts.getOrDefault(upper, 0.0) - before.counts().getOrDefault(upper, 0.0);
  }
}
