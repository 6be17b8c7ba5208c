package org.p3s.watcher.scan;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.p3s.platform.ServiceLog;
import org.p3s.watcher.WatcherConfig;
import org.p3s.watcher.ledger.FilesDone;
import org.p3s.watcher.ledger.Ledger;
import org.p3s.watcher.ledger.WatchStore;

/**
 * Watches directories. What the operating system tells is a hint that saves time; the periodic scan
 * is the truth, since network file systems lose events. All file work is on one thread of its own.
 */
@ApplicationScoped
public class Watcher {

  private static final Logger LOG = Logger.getLogger(Watcher.class);

  private final WatchStore store;
  private final Ledger ledger;
  private final WatcherConfig config;
  private final ServiceLog log;
  private final InstantSource clock;
  private final Timer scanTime;
  private final ScheduledThreadPoolExecutor worker =
      new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "watcher"));
  private final Map<String, Scanner> scanners = new HashMap<>();
  private final Map<Scanner, Future<?>> alarms = new HashMap<>();
  private final Map<String, String> problems = new ConcurrentHashMap<>();
  private final Hints hints;

  Watcher(
      WatchStore store,
      Ledger ledger,
      WatcherConfig config,
      ServiceLog log,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException {
    this.store = store;
    this.ledger = ledger;
    this.config = config;
    this.log = log;
    this.clock = clock;
    this.scanTime = metrics.timer("p3s.scan");
    this.hints = new Hints(() -> worker.execute(guarded(this::hinted)));
    worker.setRemoveOnCancelPolicy(true);
    // What is told after the end has no one to do it; the first scan of the next start will.
    worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  void start(@Observes StartupEvent event) {
    hints.start();
    worker.scheduleWithFixedDelay(
        guarded(this::reload), 0, config.scan().toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) throws IOException, InterruptedException {
    hints.close();
    worker.shutdown();
    if (!worker.awaitTermination(5, TimeUnit.SECONDS)) {
      worker.shutdownNow();
    }
  }

  /** Watches were added, removed, paused or resumed: looks at all of them now. */
  public void changed() {
    worker.execute(guarded(this::reload));
  }

  void filesDone(@Observes FilesDone done) {
    worker.execute(
        guarded(
            () -> {
              for (Scanner scanner : scanners.values()) {
                if (!scanner.watch().after().equals("keep")) {
                  scanner.settle();
                }
                if (scanner.watch().cap() != null) {
                  scan(scanner);
                }
              }
            }));
  }

  /** Why a watch can't read its directory, if so. */
  public Optional<String> problem(String watch) {
    return Optional.ofNullable(problems.get(watch));
  }

  private void reload() {
    Set<String> wanted = new HashSet<>();
    for (WatchStore.Stored stored : store.list().await().atMost(Duration.ofSeconds(30))) {
      if (stored.paused()) {
        continue;
      }
      String name = stored.watch().name();
      wanted.add(name);
      Scanner known = scanners.get(name);
      if (known == null || !known.watch().equals(stored.watch())) {
        scanners.put(name, new Scanner(stored.watch(), ledger, clock));
      }
    }
    scanners.keySet().retainAll(wanted);
    alarms.keySet().retainAll(scanners.values());
    problems.keySet().retainAll(wanted);
    List.copyOf(scanners.values()).forEach(this::scan);
  }

  private void scan(Scanner scanner) {
    // Listening begins before reading, so that no file falls between the two.
    hints.listenTo(Path.of(scanner.watch().path()));
    scanTime.record(
        () ->
            attempt(
                scanner,
                () -> {
                  scanner.scan().forEach(hints::listenTo);
                  later(scanner, scanner.recheck());
                }));
  }

  private void hinted() {
    hints.take().forEach(told -> hinted(told.directory(), told.files(), told.all()));
  }

  private void hinted(Path directory, Set<Path> files, boolean overflow) {
    for (Scanner scanner : scanners.values()) {
      Path root = Path.of(scanner.watch().path());
      boolean concerned =
          scanner.watch().recursive() ? directory.startsWith(root) : directory.equals(root);
      if (!concerned) {
        continue;
      }
      if (overflow || scanner.watch().recursive()) {
        scan(scanner);
      } else {
        attempt(
            scanner,
            () -> {
              scanner.hint(files);
              later(scanner, scanner.recheck());
            });
      }
    }
  }

  /** Looks again exactly when a file may have become whole; one alarm for each scanner. */
  private void later(Scanner scanner, Optional<Instant> due) {
    Future<?> before = alarms.remove(scanner);
    if (before != null) {
      before.cancel(false);
    }
    due.ifPresent(
        time -> {
          long millis = Math.max(1, Duration.between(clock.instant(), time).toMillis() + 1);
          Runnable look = guarded(() -> attempt(scanner, () -> later(scanner, scanner.recheck())));
          alarms.put(scanner, worker.schedule(look, millis, TimeUnit.MILLISECONDS));
        });
  }

  /** File work that may fail. */
  private interface Work {
    void run() throws IOException;
  }

  private void attempt(Scanner scanner, Work work) {
    String name = scanner.watch().name();
    if (scanners.get(name) != scanner) {
      return;
    }
    try {
      work.run();
      if (problems.remove(name) != null) {
        log.info("watch " + name + ": " + scanner.watch().path() + " can be read again");
      }
    } catch (IOException e) {
      if (problems.put(name, String.valueOf(e)) == null) {
        log.warn("watch " + name + " can't read its directory, will try again: " + e);
      }
    }
  }

  // The thread must live on whatever happens; the next scan repeats what was left undone.
  private static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.warnf("scan not finished, the next one repeats it: %s", e);
      }
    };
  }
}
