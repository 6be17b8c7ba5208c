package org.p3s.broker.app;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Wakes the requests of this replica that wait for a change of one job. */
@ApplicationScoped
class JobSignals {

  private final Vertx vertx;
  private final Map<UUID, Set<Runnable>> subscribers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  JobSignals(ReplicaWakeups wakeups, Vertx vertx) {
    this.vertx = vertx;
    wakeups.onJobSignal(this::wake);
  }

  void start(@Observes StartupEvent event) {
    // Quarkus lets requests end before it stops, and would wait for these.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end-job-signals"));
  }

  void close() {
    closed = true;
    wake(null);
  }

  boolean closed() {
    return closed;
  }

  /** A subscription to one job. Signals that come between two calls of {@link #next} are kept. */
  final class Subscription implements AutoCloseable {
    private final UUID job;
    private final Runnable wake = this::wake;
    private boolean signalled;
    private @Nullable Runnable waiter;

    private Subscription(UUID job) {
      this.job = job;
    }

    private void wake() {
      Runnable toWake;
      synchronized (this) {
        signalled = true;
        toWake = waiter;
        waiter = null;
      }
      if (toWake != null) {
        toWake.run();
      }
    }

    /** Completes with the next signal, or after that time. */
    Uni<Void> next(Duration most) {
      return Uni.createFrom()
          .emitter(
              emitter -> {
                long timer = vertx.setTimer(Math.max(1, most.toMillis()), tick -> wake());
                emitter.onTermination(() -> vertx.cancelTimer(timer));
                boolean now;
                synchronized (this) {
                  now = signalled || closed;
                  waiter = now ? null : () -> emitter.complete(null);
                }
                if (now) {
                  emitter.complete(null);
                }
              });
    }

    /** Forgets the signals so far, because the caller is about to read the job. */
    synchronized void clear() {
      signalled = false;
    }

    @Override
    public void close() {
      subscribers.computeIfPresent(
          job,
          (uuid, all) -> {
            all.remove(wake);
            return all.isEmpty() ? null : all;
          });
    }
  }

  Subscription subscribe(UUID job) {
    Subscription subscription = new Subscription(job);
    subscribers.compute(
        job,
        (uuid, before) -> {
          Set<Runnable> all = before == null ? ConcurrentHashMap.newKeySet() : before;
          all.add(subscription.wake);
          return all;
        });
    return subscription;
  }

  private void wake(@Nullable UUID job) {
    if (job == null) {
      subscribers.values().forEach(all -> List.copyOf(all).forEach(Runnable::run));
    } else {
      List.copyOf(subscribers.getOrDefault(job, Set.of())).forEach(Runnable::run);
    }
  }
}
