package org.p3s.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The printed results of a bench: two columns, a label and a value. */
final class ResultTable {

  private final List<String[]> rows = new ArrayList<>();

  ResultTable row(String label, String format, Object... values) {
    rows.add(new String[] {label, String.format(Locale.ROOT, format, values)});
    return this;
  }

  /** Adds a row for each process: CPU between the two measurements, memory at the second. */
  ResultTable usage(ResourceUsage before, ResourceUsage after, double jobs) {
    int cores = Runtime.getRuntime().availableProcessors();
    double wall = after.secondsSince(before);
    double all = 0;
    for (String process : after.cpu().keySet()) {
      double cpu = after.cpuSince(before, process);
      all += cpu;
      row(
          process,
          "%5.1f %% of the CPU, %7.2f ms per job, %6.0f MiB resident",
          100 * cpu / wall / cores,
          1000 * cpu / Math.max(1, jobs),
          after.mibOf(process));
    }
    double memory =
        after.mib().values().stream().mapToDouble(d -> d).sum() - after.mibOf(ResourceUsage.SELF);
    return row(
        "all",
        "%5.1f %% of %d cores, %7.2f ms per job, %6.0f MiB resident without the bench",
        100 * all / wall / cores,
        cores,
        1000 * all / Math.max(1, jobs),
        memory);
  }

  void print(PrintStream out) {
    int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    rows.forEach(row -> out.printf("%-" + width + "s  %s%n", row[0], row[1]));
  }
}
