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

/** Starts the supervisor and waits until all is ready. */
final class Up {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Settings settings;
  private final Status status;

  Up(Settings settings) {
    this.settings = settings;
    this.status = new Status(settings);
  }

  int run() throws IOException, InterruptedException {
    Optional<Record> supervisor = status.supervisor();
    if (supervisor.isPresent() && status.notReady(status.components()).isEmpty()) {
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
      spawn();
    }
    return await();
  }

  /** Ports that somebody else has; our own processes of an earlier start do not count. */
  private boolean portsAreFree() {
    boolean free = true;
    for (Component component : Component.all(settings)) {
      boolean ours =
          Record.read(settings.run(), component.name()).flatMap(Record::alive).isPresent();
      if (component.port() != 0 && !ours && Health.listens(component.port())) {
        System.err.println(
            "p3s: port "
                + component.port()
                + " ("
                + component.name()
                + ") is in use by another process; stop it, or choose other ports with --port-offset N");
        free = false;
      }
    }
    return free;
  }

  private void spawn() throws IOException {
    Files.createDirectories(settings.logs());
    Files.createDirectories(settings.run());
    forgetDead();
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
   * What ran at the last start and does not now: pilots that are not wanted any more would be
   * waited for, and old restarts taken for new ones.
   */
  private void forgetDead() throws IOException {
    for (Component component : status.components()) {
      Optional<Record> record = Record.read(settings.run(), component.name());
      if (record.flatMap(Record::alive).isEmpty()) {
        Files.deleteIfExists(settings.run().resolve(component.name() + ".json"));
      }
    }
  }

  private int await() throws InterruptedException, IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    boolean terminal = System.console() != null;
    List<Component> wanted = Component.all(settings);
    long began = System.nanoTime();
    while (System.nanoTime() < deadline) {
      Map<String, String> open = status.notReady(wanted);
      if (terminal) {
        System.out.printf("\r\033[Kwaiting for %s", String.join(", ", open.keySet()));
        System.out.flush();
      }
      if (open.isEmpty()) {
        if (terminal) {
          System.out.print("\r\033[K");
        }
        welcome(began);
        return 0;
      }
      Optional<Component> broken = broken(wanted, began);
      if (broken.isPresent()) {
        return failed(broken.get());
      }
      TimeUnit.MILLISECONDS.sleep(150);
    }
    System.err.println("p3s: not ready in time: " + status.notReady(wanted));
    return 1;
  }

  /** A component that ended twice since its start began does not start at all. */
  private Optional<Component> broken(List<Component> wanted, long began) {
    if (status.supervisor().isEmpty() && System.nanoTime() - began > 5_000_000_000L) {
      return Optional.of(new Component(Supervisor.NAME, 0, Component.Group.STORE));
    }
    return wanted.stream()
        .filter(
            c ->
                Record.read(settings.run(), c.name())
                    .filter(r -> r.restarts() > 2 && r.alive().isEmpty())
                    .isPresent())
        .findFirst();
  }

  private int failed(Component component) throws IOException {
    Path log = component.log(settings);
    System.err.println("p3s: " + component.name() + " does not start; the end of " + log + ":");
    if (Files.exists(log)) {
      List<String> lines = Files.readAllLines(log);
      lines.subList(Math.max(0, lines.size() - 20), lines.size()).forEach(System.err::println);
    }
    return 1;
  }

  private void welcome(long began) {
    System.out.printf("p3s is ready after %.1f s%n", (System.nanoTime() - began) / 1e9);
    System.out.println("page:  " + settings.page() + "   user: p3s   password: the content of");
    System.out.println("       " + settings.secrets().resolve("viewer.token"));
    System.out.println("data:  " + settings.data());
    System.out.println("logs:  " + settings.logs());
  }
}
