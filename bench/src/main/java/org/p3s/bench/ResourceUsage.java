package org.p3s.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CPU time and resident memory of the processes of a stack and of the bench, from {@code /proc}.
 *
 * @param nanos when it was measured, as {@link System#nanoTime}
 * @param cpu seconds of CPU since the start of the process, by process name
 * @param mib resident memory, by process name; for PostgreSQL the sum of the proportional set sizes
 *     of all its processes, since they share most of their pages
 */
record ResourceUsage(long nanos, Map<String, Double> cpu, Map<String, Double> mib) {

  static final String SELF = "bench";
  private static final double TICKS_PER_SECOND = 100;
  private static final double PAGE_MIB = 4096.0 / (1 << 20);

  static ResourceUsage measure(RunningStack stack) throws IOException {
    Map<String, Double> cpu = new LinkedHashMap<>();
    Map<String, Double> mib = new LinkedHashMap<>();
    Map<String, Long> pids = new LinkedHashMap<>(stack.processes());
    pids.put(SELF, ProcessHandle.current().pid());
    for (Map.Entry<String, Long> process : pids.entrySet()) {
      boolean tree = process.getKey().equals("postgres");
      long pid = process.getValue();
      cpu.put(process.getKey(), tree ? cpuOfTree(pid) : cpu(pid, false));
      mib.put(process.getKey(), tree ? proportionalOfTree(pid) : resident(pid));
    }
    return new ResourceUsage(System.nanoTime(), cpu, mib);
  }

  /** The same, for callers that can't throw {@link IOException}. */
  static ResourceUsage measureUnchecked(RunningStack stack) {
    try {
      return measure(stack);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Seconds of CPU that one process used since {@code before}. */
  double cpuSince(ResourceUsage before, String process) {
    return cpu.getOrDefault(process, 0.0) - before.cpu().getOrDefault(process, 0.0);
  }

  double secondsSince(ResourceUsage before) {
    return (nanos - before.nanos()) / 1e9;
  }

  double mibOf(String process) {
    return mib.getOrDefault(process, 0.0);
  }

  /** The fields after the name of the command, which may contain blanks. */
  private static String[] stat(long pid) throws IOException {
    String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static double cpu(long pid, boolean withEndedChildren) throws IOException {
    String[] fields = stat(pid);
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    if (withEndedChildren) {
      ticks += Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static double cpuOfTree(long pid) throws IOException {
    double sum = cpu(pid, true);
    for (ProcessHandle child : children(pid)) {
      try {
        sum += cpu(child.pid(), false);
      } catch (IOException e) {
        // The child ended just now; the CPU time of its parent includes its own.
      }
    }
    return sum;
  }

  private static Iterable<ProcessHandle> children(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::descendants).orElse(Stream.of()).toList();
  }

  private static double resident(long pid) throws IOException {
    String[] pages = Files.readString(Path.of("/proc", Long.toString(pid), "statm")).split(" ", -1);
    return Long.parseLong(pages[1]) * PAGE_MIB;
  }

  private static double proportionalOfTree(long pid) throws IOException {
    double sum = pss(pid);
    for (ProcessHandle child : children(pid)) {
      try {
        sum += pss(child.pid());
      } catch (IOException e) {
        // The child ended just now.
      }
    }
    return sum;
  }

  private static double pss(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")).stream()
            .filter(line -> line.startsWith("Pss:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024.0;
  }
}
