package org.p3s.pilot.lifecycle;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lock for state that several threads share, and the waits for a change of that state. */
final class StateMonitor {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  <T extends @Nullable Object> T read(Supplier<T> state) {
    lock.lock();
    try {
      return state.get();
    } finally {
      lock.unlock();
    }
  }

  /** Makes a change, and wakes all waiting threads if it returns true. */
  boolean change(BooleanSupplier change) {
    lock.lock();
    try {
      boolean done = change.getAsBoolean();
      if (done) {
        changed.signalAll();
      }
      return done;
    } finally {
      lock.unlock();
    }
  }

  void awaitUntil(BooleanSupplier condition) throws InterruptedException {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the condition, but not longer than the timeout. */
  void awaitUntil(BooleanSupplier condition, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (left > 0 && !condition.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
