package org.p3s.standalone.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.p3s.standalone.embedded.PostgresServer;
import org.p3s.standalone.embedded.Secrets;
import org.p3s.standalone.embedded.ServiceSchemas;

/**
 * Starts the processes of a stack that do not run, takes over those that do, restarts those that
 * end unexpectedly, and stops all of them on SIGTERM. A lock on a file ensures that a data
 * directory has one supervisor; the operating system releases it when the supervisor ends.
 */
final class Supervisor {

  static final String NAME = "supervisor";
  private static final Duration MIN_BACKOFF = Duration.ofMillis(500);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(30);
  private static final Duration STABLE_AFTER = Duration.ofSeconds(60);

  private final StackSettings settings;
  private final List<ManagedProcess> processes;
  private final Map<String, Integer> restarts = new ConcurrentHashMap<>();
  // Restarts in succession. A process that ran for a minute starts again with the shortest pause.
  private final Map<String, Integer> restartsInARow = new ConcurrentHashMap<>();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  Supervisor(StackSettings settings) {
    this.settings = settings;
    this.processes = ManagedProcess.all(settings);
  }

  /** Runs until the process gets SIGTERM. */
  void run() throws IOException, InterruptedException, SQLException {
    Files.createDirectories(settings.run());
    Files.createDirectories(settings.logs());
    try (FileChannel lock =
        FileChannel.open(
            settings.run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (lock.tryLock() == null) {
        throw new IOException(
            "another supervisor runs for " + settings.data() + "; stop it with: ./p3s down");
      }
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
      ProcessRecord.of(NAME, ProcessHandle.current(), 0, 0).write(settings.run());
      Secrets.create(settings.secrets());
      startAll();
      stopped.await();
    }
  }

  private void startAll() throws IOException, InterruptedException, SQLException {
    // Kafka starts while PostgreSQL is set up; the services wait until Kafka answers.
    for (ManagedProcess managed : processes) {
      if (managed.name().equals("kafka")) {
        ensureRunning(managed);
      }
    }
    for (ManagedProcess managed : processes) {
      if (managed.name().equals("postgres")) {
        ensureRunning(managed);
        ServiceSchemas.create(postgres(), settings.secrets());
      }
    }
    for (ManagedProcess managed : processes) {
      if (managed.group() != ManagedProcess.Group.STORE) {
        ensureRunning(managed);
      }
    }
  }

  private PostgresServer postgres() {
    return PostgresServer.running(
        settings.data().resolve("postgres"),
        settings.postgresPort(),
        settings.logs().resolve("postgres.log"));
  }

  /** Takes over the process if it runs, else starts it; restarts it when it ends. */
  private void ensureRunning(ManagedProcess managed) throws IOException, InterruptedException {
    Optional<ProcessRecord> known = ProcessRecord.read(settings.run(), managed.name());
    known.ifPresent(record -> restarts.putIfAbsent(managed.name(), record.restarts()));
    Optional<ProcessHandle> alive = known.flatMap(ProcessRecord::alive);
    if (alive.isPresent()) {
      restartWhenEnded(managed, alive.get());
      return;
    }
    ProcessHandle process = launch(managed);
    ProcessRecord.of(
            managed.name(), process, managed.port(), restarts.getOrDefault(managed.name(), 0))
        .write(settings.run());
    restartWhenEnded(managed, process);
  }

  private ProcessHandle launch(ManagedProcess managed) throws IOException, InterruptedException {
    Path log = managed.log(settings);
    if (Files.exists(log) && Files.size(log) > 10_000_000) {
      Files.move(
          log, log.resolveSibling(managed.name() + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    if (managed.name().equals("postgres")) {
      PostgresServer server =
          PostgresServer.start(settings.data().resolve("postgres"), settings.postgresPort(), log);
      return ProcessHandle.of(server.pid()).orElseThrow();
    }
    return managed.start(settings).toHandle();
  }

  private void restartWhenEnded(ManagedProcess managed, ProcessHandle process) {
    long since = System.nanoTime();
    process
        .onExit()
        .thenAccept(
            ended -> {
              if (!stopping) {
                boolean stable = System.nanoTime() - since > STABLE_AFTER.toNanos();
                Duration backoff = backoff(countRestart(managed.name(), stable));
                System.out.println(
                    managed.name()
                        + " ended unexpectedly; starts again in "
                        + backoff.toMillis()
                        + " ms");
                scheduler.schedule(
                    () -> restart(managed), backoff.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
  }

  private synchronized int countRestart(String name, boolean stable) {
    restarts.merge(name, 1, Integer::sum);
    int count = stable ? 1 : restartsInARow.getOrDefault(name, 0) + 1;
    restartsInARow.put(name, count);
    return count;
  }

  private static Duration backoff(int count) {
    long millis = MIN_BACKOFF.toMillis() << Math.min(count - 1, 10);
    return Duration.ofMillis(Math.min(millis, MAX_BACKOFF.toMillis()));
  }

  private void restart(ManagedProcess managed) {
    if (stopping) {
      return;
    }
    try {
      ensureRunning(managed);
    } catch (IOException | RuntimeException e) {
      System.out.println(managed.name() + " does not start: " + e);
      scheduler.schedule(() -> restart(managed), MAX_BACKOFF.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    stopping = true;
    scheduler.shutdownNow();
    stopAll(settings, processes);
    stopped.countDown();
  }

  /** Stops running processes in the reverse order of their start; kills those that do not end. */
  static void stopAll(StackSettings settings, List<ManagedProcess> processes) {
    List<ManagedProcess.Group> groups = new ArrayList<>(List.of(ManagedProcess.Group.values()));
    Collections.reverse(groups);
    for (ManagedProcess.Group group : groups) {
      List<ProcessHandle> running = new ArrayList<>();
      for (ManagedProcess managed : processes) {
        if (managed.group() == group) {
          ProcessRecord.read(settings.run(), managed.name())
              .flatMap(ProcessRecord::alive)
              .ifPresent(running::add);
        }
      }
      // SIGINT is the fast shutdown of PostgreSQL; after SIGTERM it would wait for its clients.
      running.forEach(
          process -> signal(group == ManagedProcess.Group.STORE ? "-INT" : "-TERM", process));
      running.forEach(Supervisor::awaitEnd);
    }
  }

  private static void signal(String signal, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
