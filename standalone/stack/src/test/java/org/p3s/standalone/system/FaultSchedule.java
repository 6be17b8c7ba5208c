package org.p3s.standalone.system;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A sequence of faults whose kinds and times follow from a seed; some faults overlap. */
final class FaultSchedule {

  private static final List<String> SERVICES =
      List.of(
          "broker-service",
          "broker-service",
          "workflow-service",
          "pilot-service",
          "monitor-service",
          "data-watcher-service");
  private static final List<String> STORES = List.of("postgres", "kafka");
  private static final List<String> PILOTS = List.of("pilot-1", "pilot-2");

  /** Injects one fault. */
  interface Action {
    void inject(FaultInjector injector) throws IOException, InterruptedException;
  }

  /**
   * A fault and its time.
   *
   * @param at milliseconds since the start
   * @param suspendsSupervisor two such faults must not overlap
   */
  record ScheduledFault(long at, String what, boolean suspendsSupervisor, Action action) {
    @Override
    public String toString() {
      return "%6.1f s %s".formatted(at / 1000.0, what);
    }
  }

  private final List<ScheduledFault> faults = new ArrayList<>();
  private final Random random;

  FaultSchedule(long seed, Duration time) {
    random = new Random(seed);
    long at = 1_000;
    while (at < time.toMillis()) {
      faults.add(next(at));
      at += 1_000 + random.nextInt(4_000);
    }
  }

  private ScheduledFault next(long at) {
    int dice = random.nextInt(100);
    if (dice < 30) {
      return signal(at, "KILL", pick(SERVICES));
    } else if (dice < 38) {
      return signal(at, "TERM", pick(SERVICES));
    } else if (dice < 55) {
      return suspend(at, pick(SERVICES), 7_000);
    } else if (dice < 63) {
      return new ScheduledFault(
          at, "close the connections to postgres", false, FaultInjector::closeDatabaseConnections);
    } else if (dice < 70) {
      return signal(at, random.nextBoolean() ? "KILL" : "INT", "postgres");
    } else if (dice < 76) {
      return signal(at, "KILL", "kafka");
    } else if (dice < 82) {
      return suspend(at, pick(STORES), 6_000);
    } else if (dice < 88) {
      Duration time = Duration.ofMillis(2_000 + random.nextInt(6_000));
      String store = pick(STORES);
      return new ScheduledFault(
          at,
          store + " is down for " + time.toMillis() + " ms",
          true,
          injector -> injector.killAndKeepDown(store, time));
    } else if (dice < 94) {
      return signal(at, "KILL", pick(PILOTS));
    }
    return suspend(at, pick(PILOTS), 7_000);
  }

  private String pick(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  private static ScheduledFault signal(long at, String signal, String process) {
    return new ScheduledFault(
        at, signal + " " + process, false, injector -> injector.signal(signal, process));
  }

  private ScheduledFault suspend(long at, String process, int maxMillis) {
    Duration time = Duration.ofMillis(500 + random.nextInt(maxMillis));
    return new ScheduledFault(
        at,
        process + " is suspended for " + time.toMillis() + " ms",
        false,
        injector -> injector.suspend(process, time));
  }

  List<ScheduledFault> faults() {
    return faults;
  }

  /** Injects all faults at their times; returns when the last one is over. */
  void inject(FaultInjector injector) throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> running = new ArrayList<>();
    Object supervisor = new Object();
    for (ScheduledFault fault : faults) {
      long wait = fault.at() - (System.nanoTime() - start) / 1_000_000;
      if (wait > 0) {
        Thread.sleep(wait);
      }
      System.out.println(Instant.now() + " " + fault);
      running.add(
          threads.submit(
              () -> {
                if (fault.suspendsSupervisor()) {
                  synchronized (supervisor) {
                    fault.action().inject(injector);
                  }
                } else {
                  fault.action().inject(injector);
                }
                return null;
              }));
    }
    for (Future<?> one : running) {
      one.get();
    }
    threads.shutdown();
  }
}
