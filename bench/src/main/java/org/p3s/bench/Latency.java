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
 * From a job's definition to a pilot's hands, in open loop: jobs are defined on a schedule whatever
 * happens, and each latency counts from the scheduled time. A system that stalls is charged for all
 * that should have been sent meanwhile.
 */
final class Latency implements Fleet.Watcher {

  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final Definer definer;
  private final String name;
  private final int lead;
  private final int count;
  private final long period;
  private final AtomicLongArray nanos;
  private final AtomicLong arrived = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
  private volatile long start;

  /**
   * @param lead jobs at the same rate that are not counted
   */
  Latency(Definer definer, String name, double rate, int lead, int count) {
    this.definer = definer;
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
      if (nanos.compareAndSet(index, 0, at - scheduled(index))) {
        arrived.incrementAndGet();
      }
    }
  }

  @Override
  public void finished(String job, boolean withNext) {}

  private long scheduled(int index) {
    return start + index * period;
  }

  /** Sends on schedule and waits for the rest. */
  Figures run(Wire wire, Runnable afterLead) throws IOException, InterruptedException {
    start = System.nanoTime() + 50_000_000;
    for (int i = 0; i < lead + count; i++) {
      long wait;
      while ((wait = scheduled(i) - System.nanoTime()) > 0) {
        LockSupport.parkNanos(wait);
      }
      if (i == lead) {
        afterLead.run();
      }
      int index = i;
      wire.vertx()
          .runOnContext(
              go ->
                  definer
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
    return Figures.ofNanos(Arrays.copyOfRange(all, lead, lead + count));
  }
}
