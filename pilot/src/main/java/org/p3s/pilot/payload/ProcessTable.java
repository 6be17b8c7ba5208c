package org.p3s.pilot.payload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;

/** Reads the processes of a job, and what they use, from {@code /proc}. */
public final class ProcessTable {

  private static final Path PROC = Path.of("/proc");
  // USER_HZ, the unit of times in /proc, is 100 on every Linux that Java runs on.
  private static final double TICKS_PER_SECOND = 100;
  private static final int MAX_CHECKED = 64;

  /**
   * A living process, not a zombie.
   *
   * @param startTicks when it started, in ticks since boot
   * @param cpuTicks CPU time of itself and of the children it has waited for
   */
  public record Proc(long pid, long group, long startTicks, long cpuTicks) {}

  /**
   * What some processes use at one moment.
   *
   * @param rssKib the sum of their resident memory
   * @param highestKib the highest resident memory that one of them ever had
   */
  record Usage(double cpuSeconds, long rssKib, long highestKib) {}

  /**
   * All processes of a group, and those that left it but have the job's uuid in their environment.
   *
   * @param since when the job's first process started, in ticks since boot; the environment of
   *     older processes is not read
   */
  static List<Proc> ofJob(long group, UUID job, long since) {
    String tag = "P3S_JOB_UUID=" + job;
    return all().stream().filter(proc -> belongs(proc, group, tag, since)).toList();
  }

  /**
   * True if it is certain that no process of the job lives. This is much faster than {@link
   * #ofJob}: it reads only the processes with pids after that of the group's leader. It is for
   * short jobs, in which the pids of the system cannot have started again from the lowest; if too
   * many pids have been used since, the answer is false.
   */
  static boolean isNothingLeft(long group, UUID job, long since) {
    String tag = "P3S_JOB_UUID=" + job;
    long checked = group;
    // Processes that start meanwhile are checked, too.
    for (long last = lastPid(); last != checked; last = lastPid()) {
      if (last < checked || last - group > MAX_CHECKED) {
        return false;
      }
      while (checked < last) {
        Proc proc = read(Long.toString(++checked));
        if (proc != null && belongs(proc, group, tag, since)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The newest pid of the system, of a process or a thread; 0 if it is not known. */
  private static long lastPid() {
    try {
      String load = Files.readString(PROC.resolve("loadavg"), StandardCharsets.ISO_8859_1);
      return Long.parseLong(load.substring(load.lastIndexOf(' ') + 1).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static boolean belongs(Proc proc, long group, String tag, long since) {
    return proc.group() == group || (proc.startTicks() >= since && hasVariable(proc.pid(), tag));
  }

  /** The living processes of a group. */
  public static List<Proc> ofGroup(long group) {
    return all().stream().filter(proc -> proc.group() == group).toList();
  }

  static Usage usage(List<Proc> processes) {
    long ticks = 0;
    long rss = 0;
    long highest = 0;
    for (Proc proc : processes) {
      ticks += proc.cpuTicks();
      for (String line : status(proc.pid())) {
        if (line.startsWith("VmRSS:")) {
          rss += kib(line);
        } else if (line.startsWith("VmHWM:")) {
          highest = Math.max(highest, kib(line));
        }
      }
    }
    return new Usage(ticks / TICKS_PER_SECOND, rss, highest);
  }

  /** When a process started, in ticks since boot; 0 if it has ended. */
  static long startTicks(long pid) {
    Proc proc = read(Long.toString(pid));
    return proc == null ? 0 : proc.startTicks();
  }

  /** The CPU seconds of all children of this process that have ended. */
  static double cpuSecondsOfEndedChildren() {
    String[] fields = statFields("self");
    return fields == null
        ? 0
        : (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_PER_SECOND;
  }

  private static List<Proc> all() {
    List<Proc> all = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        Proc proc = read(entry.getFileName().toString());
        if (proc != null) {
          all.add(proc);
        }
      }
    } catch (IOException e) {
      PilotLog.line("cannot read /proc: %s", e);
    }
    return all;
  }

  private static @Nullable Proc read(String pid) {
    String[] fields = statFields(pid);
    if (fields == null || fields[0].equals("Z") || fields[0].equals("X")) {
      return null;
    }
    long ticks = 0;
    for (int i = 11; i <= 14; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return new Proc(
        Long.parseLong(pid), Long.parseLong(fields[2]), Long.parseLong(fields[19]), ticks);
  }

  /** The fields of {@code stat} after the name, which may have blanks and brackets in it. */
  private static String @Nullable [] statFields(String pid) {
    try {
      String stat =
          Files.readString(PROC.resolve(pid).resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    } catch (IOException e) {
      return null;
    }
  }

  private static List<String> status(long pid) {
    try {
      return Files.readAllLines(
          PROC.resolve(Long.toString(pid)).resolve("status"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long kib(String line) {
    String digits = line.replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private static boolean hasVariable(long pid, String tag) {
    try {
      byte[] env = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("environ"));
      return Arrays.asList(new String(env, StandardCharsets.ISO_8859_1).split("\0")).contains(tag);
    } catch (IOException e) {
      // It is a process of another user, or it has just ended.
      return false;
    }
  }

  private ProcessTable() {}
}
