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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.p3s.standalone.embedded.Databases;
import org.p3s.standalone.embedded.PostgresServer;
import org.p3s.standalone.embedded.Secrets;

/**
 * Starts what does not run, takes over what does, starts again what ends unasked, and stops all of
 * it on TERM. One at a time per data directory, by a lock file that the operating system lets go.
 */
final class Supervisor {

  static final String NAME = "supervisor";
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STEADY = Duration.ofSeconds(60);

  private final Settings settings;
  private final List<Component> components;
  private final Map<String, Integer> restarts = new HashMap<>();
  // Without a steady run in between; what ran well for long starts again at once.
  private final Map<String, Integer> inARow = new HashMap<>();
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  Supervisor(Settings settings) {
    this.settings = settings;
    this.components = Component.all(settings);
  }

  /** Runs until TERM. */
  void run() throws IOException, InterruptedException, SQLException {
    Files.createDirectories(settings.run());
    Files.createDirectories(settings.logs());
    try (FileChannel lock =
        FileChannel.open(
            settings.run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (lock.tryLock() == null) {
        throw new IOException("another supervisor has " + settings.data());
      }
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
      Record.of(NAME, ProcessHandle.current(), 0, 0).write(settings.run());
      Secrets.create(settings.secrets());
      startAll();
      stopped.await();
    }
  }

  private void startAll() throws IOException, InterruptedException, SQLException {
    // Kafka takes as long as PostgreSQL; the services wait for it by themselves.
    for (Component component : components) {
      if (component.name().equals("kafka")) {
        ensure(component);
      }
    }
    for (Component component : components) {
      if (component.name().equals("postgres")) {
        ensure(component);
        Databases.create(postgres(), settings.secrets());
      }
    }
    for (Component component : components) {
      if (component.group() != Component.Group.STORE) {
        ensure(component);
      }
    }
  }

  private PostgresServer postgres() {
    return PostgresServer.running(
        settings.data().resolve("postgres"),
        settings.postgresPort(),
        settings.logs().resolve("postgres.log"));
  }

  /** Takes over the component if it lives, else starts it; watches it from then on. */
  private void ensure(Component component) throws IOException, InterruptedException {
    Optional<Record> known = Record.read(settings.run(), component.name());
    known.ifPresent(record -> restarts.putIfAbsent(component.name(), record.restarts()));
    Optional<ProcessHandle> alive = known.flatMap(Record::alive);
    if (alive.isPresent()) {
      watch(component, alive.get());
      return;
    }
    ProcessHandle process = launch(component);
    Record.of(
            component.name(), process, component.port(), restarts.getOrDefault(component.name(), 0))
        .write(settings.run());
    watch(component, process);
  }

  private ProcessHandle launch(Component component) throws IOException, InterruptedException {
    Path log = component.log(settings);
    if (Files.exists(log) && Files.size(log) > 10_000_000) {
      Files.move(
          log,
          log.resolveSibling(component.name() + ".log.1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (component.name().equals("postgres")) {
      PostgresServer server =
          PostgresServer.start(settings.data().resolve("postgres"), settings.postgresPort(), log);
      return ProcessHandle.of(server.pid()).orElseThrow();
    }
    return component.start(settings).toHandle();
  }

  private void watch(Component component, ProcessHandle process) {
    long since = System.nanoTime();
    process
        .onExit()
        .thenAccept(
            ended -> {
              if (!stopping) {
                boolean steady = System.nanoTime() - since > STEADY.toNanos();
                Duration pause = pause(ended(component.name(), steady));
                System.out.println(
                    component.name()
                        + " ended unasked; starts again in "
                        + pause.toMillis()
                        + " ms");
                loop.schedule(() -> again(component), pause.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
  }

  private synchronized int ended(String name, boolean steady) {
    restarts.merge(name, 1, Integer::sum);
    int count = steady ? 1 : inARow.getOrDefault(name, 0) + 1;
    inARow.put(name, count);
    return count;
  }

  private static Duration pause(int count) {
    long millis = SHORTEST_PAUSE.toMillis() << Math.min(count - 1, 10);
    return Duration.ofMillis(Math.min(millis, LONGEST_PAUSE.toMillis()));
  }

  private void again(Component component) {
    if (stopping) {
      return;
    }
    try {
      ensure(component);
    } catch (IOException | RuntimeException e) {
      System.out.println(component.name() + " does not start: " + e);
      loop.schedule(() -> again(component), LONGEST_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    stopping = true;
    loop.shutdownNow();
    stopAll(settings, components);
    stopped.countDown();
  }

  /** Stops what runs, in the reverse order of starting; KILL for what does not listen. */
  static void stopAll(Settings settings, List<Component> components) {
    List<Component.Group> groups = new ArrayList<>(List.of(Component.Group.values()));
    Collections.reverse(groups);
    for (Component.Group group : groups) {
      List<ProcessHandle> running = new ArrayList<>();
      for (Component component : components) {
        if (component.group() == group) {
          Record.read(settings.run(), component.name())
              .flatMap(Record::alive)
              .ifPresent(running::add);
        }
      }
      // PostgreSQL takes INT for "now, but in order"; TERM would wait for its clients.
      running.forEach(
          process -> signal(group == Component.Group.STORE ? "-INT" : "-TERM", process));
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
