package org.p3s.detector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The payloads of the DAG of the demo. Each reads files that an earlier one wrote. */
final class DemoPayloads {

  /** Reads RAWDATA, writes PLANE_U, PLANE_V and PLANE_C. */
  static void decode(Map<String, String> env) throws IOException {
    Path raw = path(env, "RAWDATA");
    System.out.println("decoding " + raw);
    List<WirePlane> planes = RawFile.read(raw);
    for (WirePlane plane : planes) {
      plane.write(path(env, "PLANE_" + plane.name()));
    }
    System.out.println("run " + planes.get(0).run() + ", " + planes.size() + " planes");
  }

  /** Reads PLANE_x, writes NOISE_x. */
  static void noise(Map<String, String> env, String name) throws IOException {
    WirePlane plane = WirePlane.read(path(env, "PLANE_" + name));
    NoiseEstimate noise = NoiseEstimate.of(plane);
    System.out.printf(
        Locale.ROOT,
        "plane %s: mean rms %.2f ADC, %d noisy channels, coherent %.2f ADC every %.0f ticks%n",
        name,
        noise.meanRms(),
        noise.noisyChannels(),
        noise.coherentAmplitude(),
        noise.coherentPeriod());
    Main.write(
        path(env, "NOISE_" + name),
        String.format(
            Locale.ROOT,
            "{\"plane\": \"%s\", \"mean_rms\": %.4f, \"noisy_channels\": %d,"
                + " \"coherent_amplitude\": %.4f, \"coherent_period_ticks\": %.1f, \"rms\": %s}%n",
            name,
            noise.meanRms(),
            noise.noisyChannels(),
            noise.coherentAmplitude(),
            noise.coherentPeriod(),
            jsonList(noise.rms())));
  }

  private static String jsonList(double[] values) {
    return java.util.Arrays.stream(values)
        .mapToObj(v -> String.format(Locale.ROOT, "%.2f", v))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Reads PLANE_C, writes HITS. NOISE_C must be there, which shows that the noise job ran. */
  static void hits(Map<String, String> env) throws IOException {
    WirePlane plane = WirePlane.read(path(env, "PLANE_C"));
    if (!Files.readString(path(env, "NOISE_C")).contains("mean_rms")) {
      throw new IOException(path(env, "NOISE_C") + " is not a noise file");
    }
    NoiseEstimate noise = NoiseEstimate.of(plane);
    List<Hit> hits = Hit.find(plane, noise.pedestal(), noise.rms());
    StringBuilder csv = new StringBuilder();
    csv.append("# ").append(plane.run()).append(',').append(plane.subrun()).append(',');
    csv.append(plane.lifetime()).append(',').append(plane.ticks()).append('\n');
    csv.append("channel,tick,charge\n");
    hits.forEach(
        h ->
            csv.append(
                String.format(Locale.ROOT, "%d,%d,%.1f%n", h.channel(), h.tick(), h.charge())));
    Main.write(path(env, "HITS"), csv.toString());
    System.out.println(hits.size() + " hits");
  }

  /** Reads HITS, writes PURITY. */
  static void purity(Map<String, String> env) throws IOException {
    List<String> lines = Files.readAllLines(path(env, "HITS"));
    String[] head = lines.get(0).substring(2).split(",");
    List<Hit> hits =
        lines.stream()
            .skip(2)
            .map(line -> line.split(","))
            .map(
                f ->
                    new Hit(
                        Integer.parseInt(f[0]), Integer.parseInt(f[1]), Double.parseDouble(f[2])))
            .toList();
    LifetimeFit fit =
        LifetimeFit.fit(hits, Integer.parseInt(head[3]), RawFileGenerator.MS_PER_TICK);
    System.out.printf(
        Locale.ROOT,
        "lifetime %.2f +- %.2f ms from %d hits%n",
        fit.lifetime(),
        fit.error(),
        fit.hits());
    Main.write(
        path(env, "PURITY"),
        String.format(
            Locale.ROOT,
            "{\"run\": %s, \"subrun\": %s, \"lifetime_ms\": %.4f, \"error_ms\": %.4f,"
                + " \"true_lifetime_ms\": %.4f, \"hits\": %d}%n",
            head[0],
            head[1],
            fit.lifetime(),
            fit.error(),
            Double.parseDouble(head[2]),
            fit.hits()));
  }

  /**
   * Reads NOISE_U, NOISE_V, NOISE_C, HITS and PURITY; writes SUMMARY, and dqm.json in its
   * directory.
   */
  static void summary(Map<String, String> env) throws IOException {
    String purity = Files.readString(path(env, "PURITY")).strip();
    long hits = Files.readAllLines(path(env, "HITS")).size() - 2L;
    StringBuilder summary = new StringBuilder("{\"purity\": " + purity + ",\n \"hits\": " + hits);
    for (char plane : RawFile.PLANES.toCharArray()) {
      summary.append(",\n \"noise_").append(Character.toLowerCase(plane)).append("\": ");
      summary.append(Files.readString(path(env, "NOISE_" + plane)).strip());
    }
    Main.write(path(env, "SUMMARY"), summary + "}\n");
    String result =
        String.format(
            Locale.ROOT,
            "[{\"run\": %s, \"subrun\": %s, \"type\": \"purity\", \"ts\": \"%s\","
                + " \"values\": {\"lifetime\": %s, \"error\": %s, \"hits\": %d},"
                + " \"limits\": {\"lifetime\": {\"min\": 0.3}}}]%n",
            field(purity, "run"),
            field(purity, "subrun"),
            Instant.now(),
            field(purity, "lifetime_ms"),
            field(purity, "error_ms"),
            hits);
    Main.write(Path.of("dqm.json"), result);
  }

  private static String field(String json, String name) throws IOException {
    var matcher = java.util.regex.Pattern.compile("\"" + name + "\": ([-0-9.]+)").matcher(json);
    if (!matcher.find()) {
      throw new IOException("there is no " + name + " in " + json);
    }
    return matcher.group(1);
  }

  private static Path path(Map<String, String> env, String name) {
    String value = env.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("the environment variable " + name + " is not set");
    }
    return Path.of(value);
  }

  private DemoPayloads() {}
}
