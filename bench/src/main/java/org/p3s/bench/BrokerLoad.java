package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import org.p3s.bench.Stack.Service;

/** {@code p3s bench broker}: the throughput of the whole stack, and its latency at a fixed rate. */
final class BrokerLoad {

  private static final int BEAT_MILLIS = 5_000;
  private static final String DISPATCH = "p3s_dispatch_latency_seconds";

  private final Stack stack;
  private final PrintStream out;

  BrokerLoad(Stack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  /** What the command line says. */
  record Plan(int jobs, int pilots, int rate, int seconds, int warmup, int lead) {

    static Plan of(Options options) {
      return new Plan(
          options.named("--jobs", 0),
          Math.max(1, options.named("--pilots", 200)),
          options.named("--rate", 100),
          options.named("--seconds", 60),
          options.named("--warmup", 30),
          options.named("--lead", 5));
    }
  }

  /** Both parts; returns what the throughput was. */
  Throughput.Result run(Plan plan) throws IOException, InterruptedException {
    Table table = new Table();
    Throughput.Result result;
    try (Wire wire = new Wire(stack, plan.pilots() + 64)) {
      Definer definer = new Definer(wire, stack);
      result = throughput(plan, wire, definer, table);
      if (plan.rate() > 0) {
        latency(plan, wire, definer, table);
      }
    }
    table.print(out);
    return result;
  }

  private Throughput.Result throughput(Plan plan, Wire wire, Definer definer, Table table)
      throws IOException, InterruptedException {
    Throughput load = new Throughput(stack, definer, out);
    Fleet fleet = new Fleet(wire, stack.token("join"), BEAT_MILLIS, load);
    try (Ends ends = new Ends(stack)) {
      fleet.start(plan.pilots());
      Throughput.Result result =
          load.run(wire, fleet, ends, plan.warmup(), plan.seconds(), plan.jobs());
      fleet.stop();
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
              fleet.lost(),
              fleet.failures(),
              fleet.lastFailure())
          .row("ends answered without a next job", "%.1f %%", 100 * result.unfed())
          .costs(result.before(), result.after(), result.jobs());
      return result;
    }
  }

  private void latency(Plan plan, Wire wire, Definer definer, Table table)
      throws IOException, InterruptedException {
    int count = plan.rate() * plan.seconds();
    Latency load =
        new Latency(
            definer,
            "l" + ProcessHandle.current().pid() + "-",
            plan.rate(),
            plan.rate() * plan.lead(),
            count);
    Fleet fleet = new Fleet(wire, stack.token("join"), BEAT_MILLIS, load);
    fleet.start(plan.pilots());
    Buckets before = Buckets.of(wire, stack, Service.BROKER, DISPATCH);
    Cost[] costs = new Cost[1];
    Figures figures = load.run(wire, () -> costs[0] = Cost.unchecked(stack));
    Cost after = Cost.now(stack);
    Buckets buckets = Buckets.of(wire, stack, Service.BROKER, DISPATCH);
    fleet.stop();
    table
        .row("", "")
        .row("LATENCY", "%d jobs/s on a fixed schedule, %d pilots", plan.rate(), plan.pilots())
        .row("scheduled to in a pilot's hands", "%s", figures)
        .row(
            "defined to dispatched, p99 as Prometheus computes it",
            "%.1f ms",
            1000 * buckets.quantileSince(before, 0.99))
        .row("pilots lost, requests failed", "%d, %d", fleet.lost(), fleet.failures())
        .costs(costs[0], after, count);
  }
}
