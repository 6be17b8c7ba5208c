package org.p3s.standalone.stack;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code up}, {@code down} and {@code status}; exit codes 0 done, 1 failed, 2 usage. */
public final class Main {

  private static final String USAGE =
      """
      usage: p3s up [--data DIR] [--port-offset N] [--pilots N] [--foreground]
             p3s down [--data DIR]
             p3s status [--data DIR] [-o table|json]""";

  public static void main(String[] args) throws InterruptedException {
    System.exit(run(Arrays.asList(args)));
  }

  private static int run(List<String> args) throws InterruptedException {
    if (args.isEmpty()) {
      System.err.println(USAGE);
      return 2;
    }
    try {
      Settings settings = Settings.of(args.subList(1, args.size()), System.getenv());
      switch (args.get(0)) {
        case "up" -> {
          int code = new Up(settings).run();
          return code == 0 && settings.foreground() ? stay(settings) : code;
        }
        case "down" -> {
          return down(settings);
        }
        case "status" -> {
          return new Status(settings).print();
        }
        case "supervise" -> {
          new Supervisor(settings).run();
          return 0;
        }
        default -> {
          System.err.println(USAGE);
          return 2;
        }
      }
    } catch (Settings.Usage e) {
      System.err.println("p3s: " + e.getMessage());
      System.err.println(USAGE);
      return 2;
    } catch (IOException | SQLException e) {
      System.err.println("p3s: " + e.getMessage());
      return 1;
    }
  }

  /** Until interrupted; then all of it stops. */
  private static int stay(Settings settings) throws InterruptedException {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    down(settings);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "down"));
    Optional<ProcessHandle> supervisor = new Status(settings).supervisor().flatMap(Record::alive);
    supervisor.ifPresent(process -> process.onExit().join());
    return 0;
  }

  private static int down(Settings settings) throws InterruptedException {
    Status status = new Status(settings);
    Optional<ProcessHandle> supervisor = status.supervisor().flatMap(Record::alive);
    boolean something =
        status.components().stream()
            .anyMatch(
                c -> Record.read(settings.run(), c.name()).flatMap(Record::alive).isPresent());
    if (supervisor.isPresent()) {
      supervisor.get().destroy();
      try {
        supervisor.get().onExit().get(90, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        supervisor.get().destroyForcibly();
      }
    }
    // What a killed supervisor left, or one that did not get ready in time.
    Supervisor.stopAll(settings, status.components());
    System.out.println(supervisor.isPresent() || something ? "p3s is down" : "p3s was not running");
    return 0;
  }

  private Main() {}
}
