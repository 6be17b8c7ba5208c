package org.p3s.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Defines jobs at a fixed rate and measures the time until a pilot receives each. The load is open
 * loop: jobs are defined on a schedule whatever happens, and each latency counts from the scheduled
 * time. If the system stalls, all jobs that are due meanwhile count the delay.
 */
final class DispatchLatencyLoad implements SimulatedPilots.JobListener {

  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final JobSubmitter submitter;
  private final String name;
  private final int lead;
  private final int count;
  private final long period;
  private final AtomicLongArray nanos;
  private final AtomicLong arrived = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
  private volatile long start;

  /**
   * @param rate jobs per second
   * @param lead jobs at the same rate that are not counted
   * @param count jobs that are counted
   */
  DispatchLatencyLoad(JobSubmitter submitter, String name, double rate, int lead, int count) {
    this.submitter = submitter;
    this.name = name;
    this.lead = lead;
    this.count = count;
    this.period = (long) (1e9 / rate);
    this.nanos = new AtomicLongArray(lead + count);
  }

  @Override
  public void received(String job, long at) {
    if (job.startsWith(name)) {
      int index = Integer.parseInt(job.substring(name.length()));
      if (nanos.compareAndSet(index, 0, at - scheduledNanos(index))) {
        arrived.incrementAndGet();
      }
    }
  }

  @Override
  public void finished(String job, boolean withNext) {}

  private long scheduledNanos(int index) {
    return start + index * period;
  }

  /** Defines the jobs on schedule and waits until pilots have received them all. */
  LatencyFigures run(EventLoopHttpClient http, Runnable afterLead)
      throws IOException, InterruptedException {
    start = System.nanoTime() + 50_000_000;
    for (int i = 0; i < lead + count; i++) {
      long wait;
      while ((wait = scheduledNanos(i) - System.nanoTime()) > 0) {
        LockSupport.parkNanos(wait);
      }
      if (i == lead) {
        afterLead.run();
      }
      int index = i;
      http.vertx()
          .runOnContext(
              go ->
                  submitter
                      .define(name, index, 1)
                      .onFailure(failure -> refused.compareAndSet(null, failure)));
    }
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (arrived.get() < lead + count && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    Throwable failure = refused.get();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (arrived.get() < lead + count) {
      throw new IOException((lead + count - arrived.get()) + " jobs reached no pilot");
    }
    long[] all = new long[lead + count];
    Arrays.setAll(all, nanos::get);
    return LatencyFigures.ofNanos(Arrays.copyOfRange(all, lead, lead + count));
  }
}
