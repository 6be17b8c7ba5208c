package org.p3s.pilot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures what a short job costs: one pilot runs jobs of /bin/true without end, against {@link
 * FakeServices}.
 *
 * <p>{@code ShortJobBench JAR [seconds] [slots]} prints jobs per second, the CPU time per job of
 * the pilot and of its payloads, resident memory, and the time to the first request for a job.
 */
final class ShortJobBench {

  private static final int WARM_UP_SECONDS = 10;
  private static final double TICKS_PER_SECOND = 100;

  /** User and system CPU seconds of a process and of its children. */
  private record Cpu(double user, double system, double childrenUser, double childrenSystem) {

    static Cpu of(long pid) throws Exception {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return new Cpu(seconds(f[11]), seconds(f[12]), seconds(f[13]), seconds(f[14]));
    }

    private static double seconds(String ticks) {
      return Long.parseLong(ticks) / TICKS_PER_SECOND;
    }
  }

  public static void main(String[] arguments) throws Exception {
    String jar = arguments[0];
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    String slots = arguments.length > 2 ? arguments[2] : "1";
    Path dir = Files.createTempDirectory("p3s-short-jobs");
    Files.writeString(dir.resolve("join.token"), "join-secret\n");
    try (FakeServices services = new FakeServices()) {
      Process pilot = start(jar, services, dir, slots);
      long began = System.nanoTime();
      while (!services.calls.toString().contains("/next")) {
        Thread.sleep(5);
      }
      System.out.printf("ready after %.2f s%n", (System.nanoTime() - began) / 1e9);
      Thread.sleep(3_000);
      System.out.printf("idle: %d MiB resident%n", resident(pilot.pid()));
      services.endlessPayload = "/bin/true";
      for (int i = 0; i < Integer.parseInt(slots); i++) {
        services.addJob("/bin/true", Map.of());
      }
      Thread.sleep(WARM_UP_SECONDS * 1000L);
      long jobs = services.finishReports.get();
      Cpu before = Cpu.of(pilot.pid());
      Thread.sleep(seconds * 1000L);
      Cpu after = Cpu.of(pilot.pid());
      print(services.finishReports.get() - jobs, seconds, before, after);
      System.out.printf("busy: %d MiB resident%n", resident(pilot.pid()));
      pilot.destroy();
      pilot.waitFor();
    }
    System.exit(0);
  }

  private static Process start(String jar, FakeServices services, Path dir, String slots)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(PilotProcessFixture.FLAGS.subList(0, PilotProcessFixture.FLAGS.size() - 1));
    command.add(jar);
    command.addAll(List.of("--server", services.url(), "--slots", slots));
    command.addAll(List.of("--token-file", dir.resolve("join.token").toString()));
    command.addAll(List.of("--work", dir.resolve("work").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("pilot.log").toFile())
        .start();
  }

  private static void print(long jobs, int seconds, Cpu before, Cpu after) {
    System.out.printf("%.1f jobs/s%n", (double) jobs / seconds);
    double perJob = 1000.0 / Math.max(1, jobs);
    System.out.printf(
        "CPU per job: pilot %.2f ms user, %.2f ms system; payload %.2f ms user, %.2f ms system%n",
        (after.user() - before.user()) * perJob,
        (after.system() - before.system()) * perJob,
        (after.childrenUser() - before.childrenUser()) * perJob,
        (after.childrenSystem() - before.childrenSystem()) * perJob);
  }

  private static long resident(long pid) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return -1;
  }

  private ShortJobBench() {}
}
