package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Full job lives per second with a queue that is never empty: defined over HTTP, dispatched,
 * started, finished, {@code job-finished} seen on Kafka.
 */
final class Throughput implements Fleet.Watcher {

  private static final int LIST = 250;
  private static final int LISTS_AT_ONCE = 3;
  private static final int MOST_AHEAD = 4_000;
  private static final Duration DRAIN = Duration.ofSeconds(120);

  /** What was measured. */
  record Result(
      double perSecond,
      long jobs,
      double seconds,
      double unfed,
      long lost,
      long repeats,
      long failures,
      Cost before,
      Cost after) {}

  private final Stack stack;
  private final Definer definer;
  private final PrintStream out;
  private final AtomicLong defined = new AtomicLong();
  private final AtomicLong finished = new AtomicLong();
  private final AtomicLong withoutNext = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
  private final AtomicBoolean feeding = new AtomicBoolean();
  private int posted;
  private int posting;

  Throughput(Stack stack, Definer definer, PrintStream out) {
    this.stack = stack;
    this.definer = definer;
    this.out = out;
  }

  @Override
  public void received(String name, long nanos) {}

  @Override
  public void finished(String job, boolean withNext) {
    finished.incrementAndGet();
    if (!withNext) {
      withoutNext.incrementAndGet();
    }
    feed();
  }

  /** On the event loop: keeps the queue filled. */
  private void feed() {
    while (feeding.get()
        && posting < LISTS_AT_ONCE
        && posted - finished.get() < MOST_AHEAD - LIST) {
      posting++;
      int from = posted;
      posted += LIST;
      definer
          .define("t", from, LIST)
          .onComplete(
              done -> {
                posting--;
                if (done.succeeded()) {
                  defined.addAndGet(LIST);
                } else {
                  refused.compareAndSet(null, done.cause());
                }
                feed();
              });
    }
  }

  /**
   * Feeds, warms up, measures, and waits for the rest.
   *
   * @param jobs how many to measure; 0: as many as end within {@code seconds}
   */
  Result run(Wire wire, Fleet fleet, Ends ends, int warmup, int seconds, int jobs)
      throws IOException, InterruptedException {
    feeding.set(true);
    wire.vertx().runOnContext(go -> feed());
    TimeUnit.SECONDS.sleep(warmup);
    Cost before = Cost.now(stack);
    long endsBefore = ends.jobs();
    long finishedBefore = finished.get();
    long unfedBefore = withoutNext.get();
    long start = System.nanoTime();
    long deadline = start + TimeUnit.SECONDS.toNanos(seconds);
    while (jobs > 0 ? ends.jobs() - endsBefore < jobs : System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
      check();
    }
    double taken = (System.nanoTime() - start) / 1e9;
    long done = ends.jobs() - endsBefore;
    double unfed =
        (withoutNext.get() - unfedBefore) / (double) Math.max(1, finished.get() - finishedBefore);
    Cost after = Cost.now(stack);
    feeding.set(false);
    drain(ends);
    out.printf(java.util.Locale.ROOT, "throughput: %d jobs in %.1f s, then drained%n", done, taken);
    return new Result(
        done / taken,
        done,
        taken,
        unfed,
        defined.get() - ends.jobs(),
        ends.repeats(),
        fleet.failures(),
        before,
        after);
  }

  private void drain(Ends ends) throws InterruptedException {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (ends.jobs() < defined.get() || posted > defined.get()) {
      if (System.nanoTime() > deadline) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void check() throws IOException {
    Throwable failure = refused.get();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
