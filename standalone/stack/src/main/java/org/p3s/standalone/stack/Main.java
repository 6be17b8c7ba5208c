package org.p3s.standalone.stack;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code up}, {@code down} and {@code status}. Exit codes: 0 success, 1 failure, 2 wrong arguments.
 */
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
      StackSettings settings = StackSettings.of(args.subList(1, args.size()), System.getenv());
      switch (args.get(0)) {
        case "up" -> {
          int code = new StackStarter(settings).start();
          return code == 0 && settings.foreground() ? stayInForeground(settings) : code;
        }
        case "down" -> {
          return down(settings);
        }
        case "status" -> {
          return new StackStatus(settings).print();
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
    } catch (StackSettings.UsageException e) {
      System.err.println("p3s: " + e.getMessage());
      System.err.println(USAGE);
      return 2;
    } catch (IOException | SQLException e) {
      System.err.println("p3s: " + e.getMessage());
      return 1;
    }
  }

  /** Waits until the user interrupts; then the stack stops. */
  private static int stayInForeground(StackSettings settings) throws InterruptedException {
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
    Optional<ProcessHandle> supervisor =
        new StackStatus(settings).supervisor().flatMap(ProcessRecord::alive);
    supervisor.ifPresent(process -> process.onExit().join());
    return 0;
  }

  private static int down(StackSettings settings) throws InterruptedException {
    StackStatus status = new StackStatus(settings);
    Optional<ProcessHandle> supervisor = status.supervisor().flatMap(ProcessRecord::alive);
    boolean processesRun =
        status.processes().stream()
            .anyMatch(
                p ->
                    ProcessRecord.read(settings.run(), p.name())
                        .flatMap(ProcessRecord::alive)
                        .isPresent());
    if (supervisor.isPresent()) {
      supervisor.get().destroy();
      try {
        supervisor.get().onExit().get(90, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        supervisor.get().destroyForcibly();
      }
    }
    // Processes that are left if the supervisor was killed, or did not stop them in time.
    Supervisor.stopAll(settings, status.processes());
    System.out.println(
        supervisor.isPresent() || processesRun ? "p3s is down" : "p3s was not running");
    return 0;
  }

  private Main() {}
}
