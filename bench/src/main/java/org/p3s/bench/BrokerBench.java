package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import org.p3s.bench.RunningStack.Service;

/**
 * {@code p3s bench broker}: first the throughput of the whole stack, then its latency at a fixed
 * rate.
 */
final class BrokerBench {

  private static final int HEARTBEAT_MILLIS = 5_000;
  private static final String DISPATCH_LATENCY = "p3s_dispatch_latency_seconds";

  private final RunningStack stack;
  private final PrintStream out;

  BrokerBench(RunningStack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  /**
   * The options of the command line.
   *
   * @param jobs how many jobs to measure; 0: as many as end within {@code seconds}
   * @param rate jobs per second of the second part; 0: only the first part
   * @param warmup seconds of full load before the first part
   * @param lead seconds at the fixed rate that are not counted
   */
  record Plan(int jobs, int pilots, int rate, int seconds, int warmup, int lead) {

    static Plan of(BenchOptions options) {
      return new Plan(
          options.named("--jobs", 0),
          Math.max(1, options.named("--pilots", 200)),
          options.named("--rate", 100),
          options.named("--seconds", 60),
          options.named("--warmup", 30),
          options.named("--lead", 5));
    }
  }

  /** Measures both parts; returns the result of the first. */
  ThroughputLoad.Result run(Plan plan) throws IOException, InterruptedException {
    ResultTable table = new ResultTable();
    ThroughputLoad.Result result;
    try (EventLoopHttpClient http = new EventLoopHttpClient(stack, plan.pilots() + 64)) {
      JobSubmitter submitter = new JobSubmitter(http, stack);
      result = measureThroughput(plan, http, submitter, table);
      if (plan.rate() > 0) {
        measureLatency(plan, http, submitter, table);
      }
    }
    table.print(out);
    return result;
  }

  private ThroughputLoad.Result measureThroughput(
      Plan plan, EventLoopHttpClient http, JobSubmitter submitter, ResultTable table)
      throws IOException, InterruptedException {
    ThroughputLoad load = new ThroughputLoad(stack, submitter, out);
    SimulatedPilots simulatedPilots =
        new SimulatedPilots(http, stack.token("join"), HEARTBEAT_MILLIS, load);
    try (JobEndCounter ends = new JobEndCounter(stack)) {
      simulatedPilots.start(plan.pilots());
      ThroughputLoad.Result result =
          load.run(http, simulatedPilots, ends, plan.warmup(), plan.seconds(), plan.jobs());
      simulatedPilots.stop();
      table
          .row("THROUGHPUT", "%d pilots, queue never empty", plan.pilots())
          .row(
              "full job lives",
              "%.0f/s (%d in %.1f s)",
              result.perSecond(),
              result.jobs(),
              result.seconds())
          .row(
              "defined, but no end seen",
              "%d; ends seen twice %d, jobs that failed %d, pilots lost %d, requests failed %d %s",
              result.lost(),
              result.repeats(),
              ends.failed(),
              simulatedPilots.lost(),
              simulatedPilots.failures(),
              simulatedPilots.lastFailure())
          .row("ends answered without a next job", "%.1f %%", 100 * result.withoutNextJob())
          .usage(result.before(), result.after(), result.jobs());
      return result;
    }
  }

  private void measureLatency(
      Plan plan, EventLoopHttpClient http, JobSubmitter submitter, ResultTable table)
      throws IOException, InterruptedException {
    int count = plan.rate() * plan.seconds();
    DispatchLatencyLoad load =
        new DispatchLatencyLoad(
            submitter,
            "l" + ProcessHandle.current().pid() + "-",
            plan.rate(),
            plan.rate() * plan.lead(),
            count);
    SimulatedPilots simulatedPilots =
        new SimulatedPilots(http, stack.token("join"), HEARTBEAT_MILLIS, load);
    simulatedPilots.start(plan.pilots());
    HistogramBuckets bucketsBefore =
        HistogramBuckets.read(http, stack, Service.BROKER, DISPATCH_LATENCY);
    ResourceUsage[] before = new ResourceUsage[1];
    LatencyFigures figures =
        load.run(http, () -> before[0] = ResourceUsage.measureUnchecked(stack));
    ResourceUsage after = ResourceUsage.measure(stack);
    HistogramBuckets buckets = HistogramBuckets.read(http, stack, Service.BROKER, DISPATCH_LATENCY);
    simulatedPilots.stop();
    table
        .row("", "")
        .row("LATENCY", "%d jobs/s on a fixed schedule, %d pilots", plan.rate(), plan.pilots())
        .row("scheduled to in a pilot's hands", "%s", figures)
        .row(
            "defined to dispatched, p99 as Prometheus computes it",
            "%.1f ms",
            1000 * buckets.quantileSince(bucketsBefore, 0.99))
        .row(
            "pilots lost, requests failed",
            "%d, %d",
            simulatedPilots.lost(),
            simulatedPilots.failures())
        .usage(before[0], after, count);
  }
}
