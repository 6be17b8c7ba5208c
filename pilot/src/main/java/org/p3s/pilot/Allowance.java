package org.p3s.pilot;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How often and how long the pilot may ask for jobs: as its options say, else as its site says. */
final class Allowance {

  private final Options options;
  private final AtomicInteger cyclesTaken = new AtomicInteger();
  private final long born = System.nanoTime();
  private volatile int siteCycles;
  private volatile long siteLifeSeconds;

  Allowance(Options options) {
    this.options = options;
  }

  void siteSays(Session session) {
    siteCycles = session.cycles;
    siteLifeSeconds = session.lifeSeconds;
  }

  /** Counts one request for a job; false if there were enough. */
  boolean takeCycle() {
    Integer option = options.cycles();
    int most = option == null ? siteCycles : option;
    return most == 0 || cyclesTaken.getAndUpdate(n -> Math.min(n + 1, most)) < most;
  }

  /** A request that found nothing at once, and goes on as another one. */
  void giveCycleBack() {
    cyclesTaken.updateAndGet(n -> Math.max(0, n - 1));
  }

  /** Seconds of life left, null if there is no limit. */
  @Nullable Long remainingSeconds() {
    Long option = options.lifeSeconds();
    long life = option == null ? siteLifeSeconds : option;
    return life == 0
        ? null
        : (Long) Math.max(0, life - Duration.ofNanos(System.nanoTime() - born).toSeconds());
  }

  boolean lifeIsOver() {
    Long remaining = remainingSeconds();
    return remaining != null && remaining <= 0;
  }

  /** No longer than the life that is left. */
  Duration atMost(Duration wait) {
    Long remaining = remainingSeconds();
    return remaining == null || remaining > wait.toSeconds() ? wait : Duration.ofSeconds(remaining);
  }
}
