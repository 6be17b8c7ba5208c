package org.p3s.watcher.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
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
import org.p3s.watcher.app.FileStorage.DirectoryChange;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.PathText;

/**
 * Runs all watches that are not paused. One thread does all file work.
 *
 * <p>Events of the storage make a new file arrive at once, but they may get lost, for instance on
 * network file systems. So each directory is also scanned completely at regular intervals, and what
 * the scan finds is what counts.
 */
@ApplicationScoped
public class WatchRunner {

  private static final Logger LOG = Logger.getLogger(WatchRunner.class);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final WatchStore store;
  private final WatchScannerFactory scannerFactory;
  private final WatcherConfig config;
  private final ServiceLog log;
  private final InstantSource clock;
  private final Timer scanTime;
  private final ScheduledThreadPoolExecutor worker =
      new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "watcher"));
  private final PendingChanges pendingChanges =
      new PendingChanges(() -> execute(this::checkPendingChanges));
  private final FileStorage.ChangeEvents changeEvents;

  /** The scanners of the watches that are not paused, by the name of the watch. */
  private final Map<String, WatchScanner> scanners = new HashMap<>();

  /** For each scanner that has files with a next check, the timer of the earliest one. */
  private final Map<WatchScanner, Future<?>> timers = new HashMap<>();

  /** Why directories cannot be read, by the name of the watch. */
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  WatchRunner(
      WatchStore store,
      FileStorage storage,
      WatchScannerFactory scannerFactory,
      WatcherConfig config,
      ServiceLog log,
      InstantSource clock,
      MeterRegistry metrics) {
    this.store = store;
    this.scannerFactory = scannerFactory;
    this.config = config;
    this.log = log;
    this.clock = clock;
    this.scanTime = metrics.timer("p3s.scan");
    worker.setRemoveOnCancelPolicy(true);
    // Changes that come after the stop are found by the first scan of the next start.
    worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    this.changeEvents = storage.openChangeEvents(pendingChanges::add);
  }

  void start(@Observes StartupEvent event) {
    worker.scheduleWithFixedDelay(
        loggingFailures(this::loadAndScan),
        0,
        config.scanInterval().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) throws IOException, InterruptedException {
    changeEvents.close();
    worker.shutdown();
    if (!worker.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      worker.shutdownNow();
    }
  }

  /** Loads the watches from the store again and scans all of them. Does not wait for the scan. */
  public void reload() {
    execute(this::loadAndScan);
  }

  /**
   * Applies the after-actions of files that are processed now, and takes more files of watches with
   * a cap. Does not wait for it.
   */
  public void filesDone() {
    execute(
        () -> {
          for (WatchScanner scanner : scanners.values()) {
            if (scanner.watch().after() != AfterAction.KEEP) {
              scanner.applyAfterActions();
            }
            if (scanner.watch().cap() != null) {
              scan(scanner);
            }
          }
        });
  }

  /** Why the watch cannot read its directory; empty if it can. */
  public Optional<String> problem(String watch) {
    return Optional.ofNullable(problems.get(watch));
  }

  private void loadAndScan() {
    Set<String> active = new HashSet<>();
    for (WatchStore.StoredWatch stored : store.list().await().atMost(DATABASE_TIMEOUT)) {
      if (stored.paused()) {
        continue;
      }
      String name = stored.watch().name();
      active.add(name);
      WatchScanner known = scanners.get(name);
      if (known == null || !known.watch().equals(stored.watch())) {
        scanners.put(name, scannerFactory.create(stored.watch()));
      }
    }
    scanners.keySet().retainAll(active);
    timers.keySet().retainAll(scanners.values());
    problems.keySet().retainAll(active);
    List.copyOf(scanners.values()).forEach(this::scan);
  }

  private void scan(WatchScanner scanner) {
    // The subscription comes before the listing, so that no file falls between the two.
    changeEvents.subscribe(scanner.watch().path());
    scanTime.record(
        () ->
            notingProblem(
                scanner,
                () -> {
                  scanner.scan().forEach(changeEvents::subscribe);
                  startTimer(scanner, scanner.checkDueFiles());
                }));
  }

  private void checkPendingChanges() {
    pendingChanges.takeAll().forEach(this::checkChange);
  }

  private void checkChange(DirectoryChange change) {
    for (WatchScanner scanner : scanners.values()) {
      String root = scanner.watch().path();
      boolean recursive = scanner.watch().recursive();
      boolean concerned =
          recursive ? PathText.isWithin(change.directory(), root) : change.directory().equals(root);
      if (!concerned) {
        continue;
      }
      if (change.incomplete() || recursive) {
        scan(scanner);
      } else {
        notingProblem(
            scanner,
            () -> {
              scanner.checkChangedFiles(change.files());
              startTimer(scanner, scanner.checkDueFiles());
            });
      }
    }
  }

  /** Replaces the scanner's timer by one for the time at which its next file may be complete. */
  private void startTimer(WatchScanner scanner, Optional<Instant> due) {
    Future<?> before = timers.remove(scanner);
    if (before != null) {
      before.cancel(false);
    }
    due.ifPresent(
        time -> {
          long millis = Math.max(1, Duration.between(clock.instant(), time).toMillis() + 1);
          Runnable check =
              () -> notingProblem(scanner, () -> startTimer(scanner, scanner.checkDueFiles()));
          timers.put(
              scanner, worker.schedule(loggingFailures(check), millis, TimeUnit.MILLISECONDS));
        });
  }

  /** Work on files that may fail. */
  private interface FileWork {
    void run() throws IOException;
  }

  /** Does the work if the scanner is still in use, and keeps its problem for the API. */
  private void notingProblem(WatchScanner scanner, FileWork work) {
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
        log.warn("watch " + name + " cannot read its directory and will try again: " + e);
      }
    }
  }

  private void execute(Runnable work) {
    worker.execute(loggingFailures(work));
  }

  // A failure must not end the thread; the next scan repeats the work that was not done.
  private static Runnable loggingFailures(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.warnf("The scan was not finished; the next one repeats it: %s", e);
      }
    };
  }
}
