package org.p3s.detector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Generates raw files: pedestals, noise of each channel, noise that all channels share, and
 * straight tracks. The charge of a track decreases during the drift with an electron lifetime. The
 * same seed gives the same files.
 */
final class RawFileGenerator {

  static final int CHANNELS = 240;
  static final int TICKS = 3_000;
  static final double MS_PER_TICK = 0.0005;
  private static final int TRACKS = 10;
  private static final double CHARGE = 220;
  private static final int WIDTH = 4;

  private final long seed;

  RawFileGenerator(long seed) {
    this.seed = seed;
  }

  /**
   * Writes raw files and returns their paths. A file gets its final name when it is complete.
   *
   * @param corrupt how many of the files have a wrong checksum
   */
  List<Path> write(Path dir, int run, int count, int corrupt) throws IOException {
    Files.createDirectories(dir);
    List<Path> files = new ArrayList<>();
    for (int subrun = 1; subrun <= count; subrun++) {
      byte[] bytes = RawFile.encode(event(run, subrun));
      // The corrupt files are in the middle of the run.
      if (corrupt > 0 && subrun > count / 2 && subrun <= count / 2 + corrupt) {
        bytes[bytes.length / 2] ^= 0x55;
      }
      String name = String.format(Locale.ROOT, "np04_raw_run%06d_%04d_dl1.raw", run, subrun);
      Path part = Files.write(dir.resolve("." + name + ".part"), bytes);
      files.add(Files.move(part, dir.resolve(name), StandardCopyOption.ATOMIC_MOVE));
    }
    return files;
  }

  List<WirePlane> event(int run, int subrun) {
    // Spreads the seed over all bits: Random gives similar first numbers for similar seeds.
    long mixed = (seed * 1_000_003 + run * 10_007L + subrun) * 0x9E3779B97F4A7C15L;
    Random random = new Random(mixed ^ (mixed >>> 32));
    double lifetime = 3 + 4 * random.nextDouble();
    double[][][] signal = new double[RawFile.PLANES.length()][CHANNELS][TICKS];
    for (int track = 0; track < TRACKS; track++) {
      addTrack(signal, random, lifetime);
    }
    List<WirePlane> planes = new ArrayList<>();
    for (int p = 0; p < signal.length; p++) {
      planes.add(
          new WirePlane(
              RawFile.PLANES.charAt(p), run, subrun, lifetime, digitise(signal[p], random)));
    }
    return planes;
  }

  private static void addTrack(double[][][] signal, Random random, double lifetime) {
    double start = random.nextDouble() * TICKS;
    double slope = (random.nextDouble() - 0.5) * 2.4 * TICKS / CHANNELS;
    for (int c = 0; c < CHANNELS; c++) {
      int tick = (int) (start + slope * c);
      if (tick < 2 * WIDTH || tick >= TICKS - 2 * WIDTH) {
        continue;
      }
      double charge =
          CHARGE * (1 + 0.12 * random.nextGaussian()) * Math.exp(-tick * MS_PER_TICK / lifetime);
      for (double[][] plane : signal) {
        for (int dt = -2 * WIDTH; dt <= 2 * WIDTH; dt++) {
          plane[c][tick + dt] += charge * Math.exp(-0.5 * dt * dt / (double) (WIDTH * WIDTH) * 4);
        }
      }
    }
  }

  private static short[][] digitise(double[][] signal, Random random) {
    double[] common = new double[TICKS];
    double phase = random.nextDouble() * 2 * Math.PI;
    for (int t = 0; t < TICKS; t++) {
      common[t] = 2.0 * Math.sin(2 * Math.PI * t / 120.0 + phase);
    }
    short[][] adc = new short[CHANNELS][TICKS];
    for (int c = 0; c < CHANNELS; c++) {
      double pedestal = 800 + 40 * random.nextGaussian();
      // A group of channels has a bad cable.
      double noise = c >= 60 && c < 68 ? 9 : 3;
      for (int t = 0; t < TICKS; t++) {
        double value = pedestal + noise * random.nextGaussian() + common[t] + signal[c][t];
        adc[c][t] = (short) Math.max(0, Math.min(4_095, Math.round(value)));
      }
    }
    return adc;
  }
}
