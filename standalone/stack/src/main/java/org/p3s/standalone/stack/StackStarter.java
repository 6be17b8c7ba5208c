package org.p3s.standalone.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code up}: starts the supervisor and waits until all processes are ready. */
final class StackStarter {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final StackSettings settings;
  private final StackStatus status;

  StackStarter(StackSettings settings) {
    this.settings = settings;
    this.status = new StackStatus(settings);
  }

  /** Returns the exit code: 0 if the stack is ready, else 1. */
  int start() throws IOException, InterruptedException {
    Optional<ProcessRecord> supervisor = status.supervisor();
    if (supervisor.isPresent() && status.notReady(status.processes()).isEmpty()) {
      System.out.println(
          "p3s is running already, supervisor pid "
              + supervisor.get().pid()
              + ", since "
              + java.time.Instant.ofEpochMilli(supervisor.get().started())
              + ", data in "
              + settings.data());
      System.out.println("page: " + settings.page());
      return 0;
    }
    if (supervisor.isEmpty()) {
      if (!portsAreFree()) {
        return 1;
      }
      spawnSupervisor();
    }
    return awaitReady();
  }

  /** False if another process uses a port; processes of this stack that still run do not count. */
  private boolean portsAreFree() {
    boolean free = true;
    for (ManagedProcess managed : ManagedProcess.all(settings)) {
      boolean ours =
          ProcessRecord.read(settings.run(), managed.name())
              .flatMap(ProcessRecord::alive)
              .isPresent();
      if (managed.port() != 0 && !ours && ReadinessProbe.listens(managed.port())) {
        System.err.println(
            "p3s: port "
                + managed.port()
                + " ("
                + managed.name()
                + ") is in use by another process; stop it, or choose other ports with --port-offset N");
        free = false;
      }
    }
    return free;
  }

  private void spawnSupervisor() throws IOException {
    Files.createDirectories(settings.logs());
    Files.createDirectories(settings.run());
    deleteOldRecords();
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(
        List.of(
            Main.class.getName(),
            "supervise",
            "--data",
            settings.data().toString(),
            "--port-offset",
            Integer.toString(settings.offset()),
            "--pilots",
            Integer.toString(settings.pilots())));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(settings.data().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    settings.logs().resolve("supervisor.log").toFile()));
    builder.environment().put("P3S_HOME", settings.home().toString());
    builder.start();
  }

  /**
   * Deletes the records of processes that do not run. Otherwise this start would wait for pilots of
   * the last one that are not wanted now, and would count its restarts.
   */
  private void deleteOldRecords() throws IOException {
    for (ManagedProcess managed : status.processes()) {
      Optional<ProcessRecord> record = ProcessRecord.read(settings.run(), managed.name());
      if (record.flatMap(ProcessRecord::alive).isEmpty()) {
        Files.deleteIfExists(settings.run().resolve(managed.name() + ".json"));
      }
    }
  }

  private int awaitReady() throws InterruptedException, IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    boolean terminal = System.console() != null;
    List<ManagedProcess> wanted = ManagedProcess.all(settings);
    long began = System.nanoTime();
    while (System.nanoTime() < deadline) {
      Map<String, String> notReady = status.notReady(wanted);
      if (terminal) {
        System.out.printf("\r\033[Kwaiting for %s", String.join(", ", notReady.keySet()));
        System.out.flush();
      }
      if (notReady.isEmpty()) {
        if (terminal) {
          System.out.print("\r\033[K");
        }
        printAddresses(began);
        return 0;
      }
      Optional<ManagedProcess> broken = findBroken(wanted, began);
      if (broken.isPresent()) {
        return printLogEnd(broken.get());
      }
      TimeUnit.MILLISECONDS.sleep(150);
    }
    System.err.println("p3s: not ready in time: " + status.notReady(wanted));
    return 1;
  }

  /**
   * A process that was restarted more than twice and does not run, or the supervisor if it ended.
   */
  private Optional<ManagedProcess> findBroken(List<ManagedProcess> wanted, long began) {
    if (status.supervisor().isEmpty() && System.nanoTime() - began > 5_000_000_000L) {
      return Optional.of(new ManagedProcess(Supervisor.NAME, 0, ManagedProcess.Group.STORE));
    }
    return wanted.stream()
        .filter(
            p ->
                ProcessRecord.read(settings.run(), p.name())
                    .filter(r -> r.restarts() > 2 && r.alive().isEmpty())
                    .isPresent())
        .findFirst();
  }

  private int printLogEnd(ManagedProcess managed) throws IOException {
    Path log = managed.log(settings);
    System.err.println("p3s: " + managed.name() + " does not start; the end of " + log + ":");
    if (Files.exists(log)) {
      List<String> lines = Files.readAllLines(log);
      lines.subList(Math.max(0, lines.size() - 20), lines.size()).forEach(System.err::println);
    }
    return 1;
  }

  private void printAddresses(long began) {
    System.out.printf("p3s is ready after %.1f s%n", (System.nanoTime() - began) / 1e9);
    System.out.println("page:  " + settings.page() + "   user: p3s   password: the content of");
    System.out.println("       " + settings.secrets().resolve("viewer.token"));
    System.out.println("data:  " + settings.data());
    System.out.println("logs:  " + settings.logs());
  }
}
