package org.p3s.pilot.payload;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a payload uses: CPU time and memory of its process group, from samples. To be used by one
 * thread only.
 */
final class PayloadUsage {

  static final Duration FIRST_SAMPLE = Duration.ofMillis(50);
  private static final Duration MAX_SAMPLE_PERIOD = Duration.ofSeconds(1);

  private final boolean onlySlot;
  private final double childrenCpuBefore = ProcessTable.cpuSecondsOfEndedChildren();
  private double cpuSeen;
  private long rssSeen;

  /**
   * To be made before the payload starts.
   *
   * @param onlySlot true if the pilot has one slot: then the CPU time of the pilot's children is
   *     that of the payload
   */
  PayloadUsage(boolean onlySlot) {
    this.onlySlot = onlySlot;
  }

  /**
   * Measures what the group uses.
   *
   * @param last the time before this sample
   * @return the time until the next sample: it grows with the run time of the payload, and is
   *     longer if a sample takes long
   */
  Duration sample(long group, Duration last) {
    long before = System.nanoTime();
    ProcessTable.Usage usage = ProcessTable.usage(ProcessTable.ofGroup(group));
    cpuSeen = Math.max(cpuSeen, usage.cpuSeconds());
    rssSeen = Math.max(rssSeen, Math.max(usage.rssKib(), usage.highestKib()));
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    Duration next = last.multipliedBy(2);
    next = next.compareTo(MAX_SAMPLE_PERIOD) > 0 ? MAX_SAMPLE_PERIOD : next;
    Duration cheap = took.multipliedBy(100);
    return cheap.compareTo(next) > 0 ? cheap : next;
  }

  /** To be called when the payload has ended; null if nothing was measured. */
  @Nullable Double cpuSeconds() {
    double cpu = cpuSeen;
    if (onlySlot) {
      cpu = Math.max(cpu, ProcessTable.cpuSecondsOfEndedChildren() - childrenCpuBefore);
    }
    return cpu > 0 || onlySlot ? (Double) cpu : null;
  }

  /** The most resident memory; null if nothing was measured. */
  @Nullable Long maxRssKib() {
    return rssSeen > 0 ? (Long) rssSeen : null;
  }
}
