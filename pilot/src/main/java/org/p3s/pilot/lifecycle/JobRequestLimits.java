package org.p3s.pilot.lifecycle;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many requests for a job the pilot may make (its cycles), and for how many seconds (its life).
 * The command line sets the limits; where it does not, the site does.
 */
public final class JobRequestLimits {

  private final @Nullable Integer cyclesOption;
  private final @Nullable Long lifeOption;
  private final AtomicInteger cyclesTaken = new AtomicInteger();
  private final long startedNanos = System.nanoTime();
  private volatile int siteCycles;
  private volatile long siteLifeSeconds;

  /**
   * @param cyclesOption 0 for no limit, null to use the site's
   * @param lifeOption in seconds; 0 for no limit, null to use the site's
   */
  public JobRequestLimits(@Nullable Integer cyclesOption, @Nullable Long lifeOption) {
    this.cyclesOption = cyclesOption;
    this.lifeOption = lifeOption;
  }

  void useSiteLimits(PilotSession session) {
    siteCycles = session.cycles();
    siteLifeSeconds = session.lifeSeconds();
  }

  /** Counts one request for a job; false if all cycles are used up. */
  boolean takeCycle() {
    int limit = cyclesOption == null ? siteCycles : cyclesOption;
    return limit == 0 || cyclesTaken.getAndUpdate(n -> Math.min(n + 1, limit)) < limit;
  }

  /** Undoes {@link #takeCycle} for a request that continues as another one, or was not sent. */
  public void returnCycle() {
    cyclesTaken.updateAndGet(n -> Math.max(0, n - 1));
  }

  /** Seconds of life that are left, null if there is no limit. */
  public @Nullable Long remainingSeconds() {
    long life = lifeOption == null ? siteLifeSeconds : lifeOption;
    return life == 0
        ? null
        : (Long) Math.max(0, life - Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds());
  }

  boolean lifeIsOver() {
    Long remaining = remainingSeconds();
    return remaining != null && remaining <= 0;
  }

  /** The wait, or the life that is left if that is shorter. */
  public Duration limitToLife(Duration wait) {
    Long remaining = remainingSeconds();
    return remaining == null || remaining > wait.toSeconds() ? wait : Duration.ofSeconds(remaining);
  }
}
