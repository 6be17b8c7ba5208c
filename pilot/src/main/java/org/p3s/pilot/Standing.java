package org.p3s.pilot;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the pilot stands: registered as whom, draining, stopping; and the waits that end when that
 * changes. All threads of the pilot share it, under its one lock.
 */
final class Standing {

  /** How long an end in order may take: payloads get TERM and KILL, then reports are sent. */
  private static final Duration END = Duration.ofSeconds(9);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Allowance allowance;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Session session;
  private boolean needsToken;
  private boolean polled;
  private boolean draining;
  private Payload.@Nullable Stop stopping;
  private long stopAt;
  private String endReason = "stopped";

  Standing(Allowance allowance) {
    this.allowance = allowance;
  }

  // ---- what is told

  void enter(Session fresh) {
    change(
        () -> {
          session = fresh;
          needsToken = false;
          return true;
        });
  }

  /** False if it drains already. */
  boolean drain(String reason) {
    return change(
        () -> {
          if (draining) {
            return false;
          }
          draining = true;
          endReason = reason;
          return true;
        });
  }

  /** The end of this pilot, payloads included; false if it has begun already. */
  boolean stop(String payloadsWhy, String reason) {
    return change(
        () -> {
          if (stopping != null) {
            return false;
          }
          stopAt = System.nanoTime() + END.toNanos();
          stopping = new Payload.Stop("killed", payloadsWhy, true);
          endReason = reason;
          return true;
        });
  }

  /** The services have given this registration up; false if that is known. */
  boolean gone(Session lost) {
    return change(
        () -> {
          if (lost.gone()) {
            return false;
          }
          lost.declareGone();
          return true;
        });
  }

  /** The token has expired, for instance while the pilot service was away for long. */
  void needsToken(Session expired) {
    change(
        () -> {
          needsToken |= session == expired && !expired.gone();
          return true;
        });
  }

  void tokenRenewed() {
    change(
        () -> {
          needsToken = false;
          return true;
        });
  }

  void polling() {
    lock.lock();
    polled = true;
    lock.unlock();
  }

  /** Wakes everyone who waits for something to change. */
  void changed() {
    change(() -> true);
  }

  /** Changes something, and wakes those who wait if it says so. */
  private boolean change(BooleanSupplier what) {
    lock.lock();
    try {
      boolean done = what.getAsBoolean();
      if (done) {
        changed.signalAll();
      }
      return done;
    } finally {
      lock.unlock();
    }
  }

  // ---- what is asked

  private boolean ask(BooleanSupplier what) {
    lock.lock();
    try {
      return what.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  Session session() {
    lock.lock();
    try {
      return Objects.requireNonNull(session, "not registered");
    } finally {
      lock.unlock();
    }
  }

  /** Waits while there is no valid registration; false if the pilot asks for no more jobs. */
  boolean mayAsk() throws InterruptedException {
    lock.lock();
    try {
      while (session().gone() && stopping == null) {
        changed.await();
      }
      return wantsJobs();
    } finally {
      lock.unlock();
    }
  }

  boolean mayAskAs(Session as) {
    return ask(() -> session == as && !as.gone() && wantsJobs());
  }

  private boolean wantsJobs() {
    if (stopping != null || draining) {
      return false;
    }
    if (allowance.lifeIsOver()) {
      endReason = "its life is over";
      return false;
    }
    return true;
  }

  boolean tokenNeeded() {
    return ask(() -> needsToken);
  }

  boolean stopping() {
    return ask(() -> stopping != null);
  }

  /** No more jobs, now or soon. */
  boolean ending() {
    return ask(() -> stopping != null || draining);
  }

  /** Why payloads stop, null while they may run. */
  Payload.@Nullable Stop stopReason() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  String endReason() {
    lock.lock();
    try {
      return endReason;
    } finally {
      lock.unlock();
    }
  }

  /** The state as its people know it. */
  String state(Crew crew) {
    lock.lock();
    try {
      if (draining) {
        return "draining";
      }
      var held = crew.held();
      if (held.stream().anyMatch(one -> one.payload() != null)) {
        return "running";
      }
      return held.isEmpty() ? (polled ? "no-jobs" : "active") : "dispatched";
    } finally {
      lock.unlock();
    }
  }

  /** A payload that starts while the pilot ends, or is given up, must not run on. */
  void stopIfUnwanted(Session as, Payload payload) {
    lock.lock();
    try {
      if (stopping != null) {
        payload.stop(stopping);
      } else if (as.gone()) {
        payload.stop(Beats.GIVEN_UP);
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- the time of an end in order

  /** When the end must be over. */
  long stopAt() {
    lock.lock();
    try {
      return stopAt;
    } finally {
      lock.unlock();
    }
  }

  /** The pilot ends, and there is no time for another attempt. */
  boolean outOfTime() {
    return stopping() && stopAt() - System.nanoTime() < LAST_WORDS.toNanos();
  }

  /** How long to wait for an answer: less when the pilot ends. */
  Duration atMost(Duration normally) {
    return stopping() ? LAST_WORDS : normally;
  }

  // ---- waiting

  /** Sleeps, less if the pilot drains, stops or is given up. */
  void pause(Duration time) throws InterruptedException {
    Session now = session;
    pauseUntil(time, () -> stopping != null || draining || (now != null && now.gone()));
  }

  /** Sleeps between attempts to deliver, which go on while the pilot drains. */
  void pauseToDeliver(Duration time) throws InterruptedException {
    boolean already = stopping();
    pauseUntil(time, () -> !already && stopping != null);
  }

  /** Sleeps until the next beat, less if something else is to be done. */
  void pauseToBeat(Duration time, Crew crew) throws InterruptedException {
    Session now = session();
    pauseUntil(time, () -> now.gone() || needsToken || stopping != null || !crew.works());
  }

  private void pauseUntil(Duration time, BooleanSupplier enough) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (left > 0 && !enough.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
