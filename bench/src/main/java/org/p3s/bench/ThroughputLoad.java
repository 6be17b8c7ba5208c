package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the queue filled and measures how many jobs per second go through their whole life: defined
 * over HTTP, dispatched, started, finished, {@code job-finished} read from Kafka.
 */
final class ThroughputLoad implements SimulatedPilots.JobListener {

  private static final int JOBS_PER_REQUEST = 250;
  private static final int REQUESTS_AT_ONCE = 3;
  private static final int MAX_QUEUED = 4_000;
  private static final Duration DRAIN = Duration.ofSeconds(120);

  /**
   * What was measured.
   *
   * @param withoutNextJob share of the finish reports whose answer had no next job
   * @param lost jobs that were defined and have no end
   * @param repeats ends that were read more than once
   * @param failures requests of pilots that failed
   */
  record Result(
      double perSecond,
      long jobs,
      double seconds,
      double withoutNextJob,
      long lost,
      long repeats,
      long failures,
      ResourceUsage before,
      ResourceUsage after) {}

  private final RunningStack stack;
  private final JobSubmitter submitter;
  private final PrintStream out;
  private final AtomicLong defined = new AtomicLong();
  private final AtomicLong finished = new AtomicLong();
  private final AtomicLong withoutNext = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
  private final AtomicBoolean filling = new AtomicBoolean();
  private int posted;
  private int openRequests;

  ThroughputLoad(RunningStack stack, JobSubmitter submitter, PrintStream out) {
    this.stack = stack;
    this.submitter = submitter;
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
    fillQueue();
  }

  /** Defines jobs until the queue is filled; runs on the event loop. */
  private void fillQueue() {
    while (filling.get()
        && openRequests < REQUESTS_AT_ONCE
        && posted - finished.get() < MAX_QUEUED - JOBS_PER_REQUEST) {
      openRequests++;
      int from = posted;
      posted += JOBS_PER_REQUEST;
      submitter
          .define("t", from, JOBS_PER_REQUEST)
          .onComplete(
              done -> {
                openRequests--;
                if (done.succeeded()) {
                  defined.addAndGet(JOBS_PER_REQUEST);
                } else {
                  refused.compareAndSet(null, done.cause());
                }
                fillQueue();
              });
    }
  }

  /**
   * Fills the queue, warms up, measures, and waits until all defined jobs have ended.
   *
   * @param jobs how many to measure; 0: as many as end within {@code seconds}
   */
  Result run(
      EventLoopHttpClient http,
      SimulatedPilots simulatedPilots,
      JobEndCounter ends,
      int warmup,
      int seconds,
      int jobs)
      throws IOException, InterruptedException {
    filling.set(true);
    http.vertx().runOnContext(go -> fillQueue());
    TimeUnit.SECONDS.sleep(warmup);
    ResourceUsage before = ResourceUsage.measure(stack);
    long endsBefore = ends.jobs();
    long finishedBefore = finished.get();
    long withoutNextBefore = withoutNext.get();
    long start = System.nanoTime();
    long deadline = start + TimeUnit.SECONDS.toNanos(seconds);
    while (jobs > 0 ? ends.jobs() - endsBefore < jobs : System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
      failIfRefused();
    }
    double taken = (System.nanoTime() - start) / 1e9;
    long done = ends.jobs() - endsBefore;
    double share =
        (withoutNext.get() - withoutNextBefore)
            / (double) Math.max(1, finished.get() - finishedBefore);
    ResourceUsage after = ResourceUsage.measure(stack);
    filling.set(false);
    drain(ends);
    out.printf(Locale.ROOT, "throughput: %d jobs in %.1f s, then drained%n", done, taken);
    return new Result(
        done / taken,
        done,
        taken,
        share,
        defined.get() - ends.jobs(),
        ends.repeats(),
        simulatedPilots.failures(),
        before,
        after);
  }

  private void drain(JobEndCounter ends) throws InterruptedException {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (ends.jobs() < defined.get() || posted > defined.get()) {
      if (System.nanoTime() > deadline) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void failIfRefused() throws IOException {
    Throwable failure = refused.get();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
