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

/** Requests of this replica that wait until something about one job is new. */
@ApplicationScoped
class News {

  private final Vertx vertx;
  private final Map<UUID, Set<Runnable>> waiting = new ConcurrentHashMap<>();
  private volatile boolean closed;

  News(Wakeups wakeups, Vertx vertx) {
    this.vertx = vertx;
    wakeups.onNews(this::tell);
  }

  void start(@Observes StartupEvent event) {
    // A stop lets requests end first and would wait for these.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "news end"));
  }

  void close() {
    closed = true;
    tell(null);
  }

  boolean closed() {
    return closed;
  }

  /**
   * A subscription to what is said of a job. What is said between two calls of {@link #next} is not
   * lost.
   */
  final class Ear implements AutoCloseable {
    private final UUID job;
    private final Runnable wake = this::wake;
    private boolean heard;
    private @Nullable Runnable waiter;

    private Ear(UUID job) {
      this.job = job;
    }

    private void wake() {
      Runnable told;
      synchronized (this) {
        heard = true;
        told = waiter;
        waiter = null;
      }
      if (told != null) {
        told.run();
      }
    }

    /** Completes with the next news, or after that time. */
    Uni<Void> next(Duration most) {
      return Uni.createFrom()
          .emitter(
              emitter -> {
                long timer = vertx.setTimer(Math.max(1, most.toMillis()), t -> wake());
                emitter.onTermination(() -> vertx.cancelTimer(timer));
                boolean now;
                synchronized (this) {
                  now = heard || closed;
                  waiter = now ? null : () -> emitter.complete(null);
                }
                if (now) {
                  emitter.complete(null);
                }
              });
    }

    /** What was heard so far is dealt with from here on. */
    synchronized void clear() {
      heard = false;
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          job,
          (uuid, ears) -> {
            ears.remove(wake);
            return ears.isEmpty() ? null : ears;
          });
    }
  }

  Ear listen(UUID job) {
    Ear ear = new Ear(job);
    waiting.compute(
        job,
        (uuid, ears) -> {
          Set<Runnable> all = ears == null ? ConcurrentHashMap.newKeySet() : ears;
          all.add(ear.wake);
          return all;
        });
    return ear;
  }

  private void tell(@Nullable UUID job) {
    if (job == null) {
      waiting.values().forEach(ears -> List.copyOf(ears).forEach(Runnable::run));
    } else {
      List.copyOf(waiting.getOrDefault(job, Set.of())).forEach(Runnable::run);
    }
  }
}
