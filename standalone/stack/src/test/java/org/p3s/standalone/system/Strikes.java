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

/** Faults in an order and at times that follow from a seed; some overlap. */
final class Strikes {

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

  /** What happens, once. */
  interface Blow {
    void fall(Machine machine) throws IOException, InterruptedException;
  }

  /**
   * A fault of the plan.
   *
   * @param at milliseconds since the start
   */
  record Strike(long at, String what, Blow blow) {
    @Override
    public String toString() {
      return "%6.1f s %s".formatted(at / 1000.0, what);
    }
  }

  private final List<Strike> plan = new ArrayList<>();
  private final Random random;

  Strikes(long seed, Duration time) {
    random = new Random(seed);
    long at = 1_000;
    while (at < time.toMillis()) {
      plan.add(next(at));
      at += 1_000 + random.nextInt(4_000);
    }
  }

  private Strike next(long at) {
    int dice = random.nextInt(100);
    if (dice < 30) {
      return signal(at, "KILL", one(SERVICES));
    } else if (dice < 38) {
      return signal(at, "TERM", one(SERVICES));
    } else if (dice < 55) {
      return stall(at, one(SERVICES), 7_000);
    } else if (dice < 63) {
      return new Strike(at, "cut the connections to postgres", Machine::cutConnections);
    } else if (dice < 70) {
      return signal(at, random.nextBoolean() ? "KILL" : "INT", "postgres");
    } else if (dice < 76) {
      return signal(at, "KILL", "kafka");
    } else if (dice < 82) {
      return stall(at, one(STORES), 6_000);
    } else if (dice < 88) {
      Duration time = Duration.ofMillis(2_000 + random.nextInt(6_000));
      String store = one(STORES);
      return new Strike(
          at, store + " away for " + time.toMillis() + " ms", m -> m.takeAway(store, time));
    } else if (dice < 94) {
      return signal(at, "KILL", one(PILOTS));
    }
    return stall(at, one(PILOTS), 7_000);
  }

  private String one(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  private static Strike signal(long at, String signal, String component) {
    return new Strike(at, signal + " " + component, m -> m.signal(signal, component));
  }

  private Strike stall(long at, String component, int most) {
    Duration time = Duration.ofMillis(500 + random.nextInt(most));
    return new Strike(
        at,
        component + " stands still for " + time.toMillis() + " ms",
        m -> m.stall(component, time));
  }

  List<Strike> plan() {
    return plan;
  }

  /** All of them, at their times; returns when the last one is over. */
  void happen(Machine machine) throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> running = new ArrayList<>();
    // One supervisor to stop and let go: faults of stores don't overlap each other.
    Object stores = new Object();
    for (Strike strike : plan) {
      long wait = strike.at() - (System.nanoTime() - start) / 1_000_000;
      if (wait > 0) {
        Thread.sleep(wait);
      }
      System.out.println(Instant.now() + " " + strike);
      running.add(
          threads.submit(
              () -> {
                if (strike.what().contains("away")) {
                  synchronized (stores) {
                    strike.blow().fall(machine);
                  }
                } else {
                  strike.blow().fall(machine);
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
