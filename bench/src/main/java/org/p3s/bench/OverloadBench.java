package org.p3s.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code p3s bench overload}: defines twice as many jobs as the pilots can run, all with a
 * deadline, in three priorities. It shows whether the jobs that run end in time, how much time the
 * pilots spend on jobs that end too late, and whether the highest priority has to wait.
 */
final class OverloadBench implements SimulatedPilots.JobListener {

  private static final int PAYLOAD_MILLIS = 500;
  private static final int SPREAD_MILLIS = 100;
  private static final int OVERLOAD_FACTOR = 2;
  private static final int HEARTBEAT_MILLIS = 5_000;
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** A priority and its share of the load in percent. */
  private enum Rank {
    HIGH(10, 10),
    MIDDLE(5, 30),
    LOW(0, 60);

    private final int priority;
    private final int percent;

    Rank(int priority, int percent) {
      this.priority = priority;
      this.percent = percent;
    }
  }

  /**
   * The options of the command line.
   *
   * @param lead seconds of load that are not counted
   * @param staleafter seconds until the deadline of a job
   */
  record Plan(int pilots, int seconds, int lead, int staleafter) {

    static Plan of(BenchOptions options) {
      return new Plan(
          Math.max(1, options.named("--pilots", 20)),
          Math.max(1, options.named("--seconds", 120)),
          options.named("--lead", 30),
          Math.max(1, options.named("--staleafter", 10)));
    }

    /** Jobs per second that the pilots can run. */
    double capacity() {
      return pilots * 1000.0 / PAYLOAD_MILLIS;
    }
  }

  /** The times of a job as {@link System#nanoTime}; 0: not yet. */
  private static final class JobTimes {
    private final Rank rank;
    private final long defined;
    private long received;
    private long ended;

    JobTimes(Rank rank, long defined) {
      this.rank = rank;
      this.defined = defined;
    }

    boolean inTime(Plan plan) {
      return ended - defined <= TimeUnit.SECONDS.toNanos(plan.staleafter());
    }
  }

  private final RunningStack stack;
  private final PrintStream out;
  private final Random random = new Random(1);
  private final Map<String, JobTimes> jobs = new HashMap<>();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();

  OverloadBench(RunningStack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  @Override
  public void received(String name, long nanos) {
    JobTimes job = jobs.get(name);
    if (job != null) {
      job.received = nanos;
    }
  }

  @Override
  public void finished(String name, boolean withNext) {
    JobTimes job = jobs.get(name);
    if (job != null) {
      job.ended = System.nanoTime();
    }
  }

  @Override
  public long payloadMillis() {
    return PAYLOAD_MILLIS - SPREAD_MILLIS + random.nextInt(2 * SPREAD_MILLIS + 1);
  }

  void run(Plan plan) throws IOException, InterruptedException {
    try (EventLoopHttpClient http = new EventLoopHttpClient(stack, plan.pilots() + 64);
        JobEndCounter ends = new JobEndCounter(stack)) {
      JobSubmitter submitter = new JobSubmitter(http, stack);
      SimulatedPilots simulatedPilots =
          new SimulatedPilots(http, stack.token("join"), HEARTBEAT_MILLIS, this);
      simulatedPilots.start(plan.pilots());
      defineOnSchedule(plan, http, submitter, plan.lead(), "lead-");
      List<JobTimes> counted = new ArrayList<>();
      ResourceUsage before = ResourceUsage.measure(stack);
      long from = System.nanoTime();
      counted.addAll(defineOnSchedule(plan, http, submitter, plan.seconds(), ""));
      long to = System.nanoTime();
      ResourceUsage after = ResourceUsage.measure(stack);
      awaitEnds(plan, ends);
      simulatedPilots.stop();
      report(plan, counted, busySeconds(from, to), simulatedPilots, ends, before, after);
    }
  }

  /** Defines jobs on a schedule, whatever happens to the earlier ones; returns all of them. */
  private List<JobTimes> defineOnSchedule(
      Plan plan, EventLoopHttpClient http, JobSubmitter submitter, int seconds, String part)
      throws IOException, InterruptedException {
    List<JobTimes> defined = new ArrayList<>();
    String prefix = "o" + ProcessHandle.current().pid() + "-" + part;
    double perPeriod = OVERLOAD_FACTOR * plan.capacity() * PERIOD.toMillis() / 1000;
    long start = System.nanoTime();
    Map<Rank, Integer> made = new HashMap<>();
    for (int tick = 1; tick <= seconds * 1000L / PERIOD.toMillis(); tick++) {
      long due = start + tick * PERIOD.toNanos();
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      for (Rank rank : Rank.values()) {
        int sum = (int) (tick * perPeriod * rank.percent / 100);
        int before = made.getOrDefault(rank, 0);
        made.put(rank, sum);
        String name = prefix + rank + "-";
        for (int i = before; i < sum; i++) {
          defined.add(new JobTimes(rank, due));
        }
        List<JobTimes> these = defined.subList(defined.size() - (sum - before), defined.size());
        define(http, submitter, plan, name, before, List.copyOf(these));
      }
      failIfRefused();
    }
    return defined;
  }

  /** Registers and defines the jobs on the event loop, where the listener methods run as well. */
  private void define(
      EventLoopHttpClient http,
      JobSubmitter submitter,
      Plan plan,
      String name,
      int from,
      List<JobTimes> these) {
    if (these.isEmpty()) {
      return;
    }
    http.vertx()
        .runOnContext(
            go -> {
              for (int i = 0; i < these.size(); i++) {
                jobs.put(name + (from + i), these.get(i));
              }
              submitter
                  .define(name, from, these.size(), these.get(0).rank.priority, plan.staleafter())
                  .onFailure(failure -> refused.compareAndSet(null, failure));
            });
  }

  private void failIfRefused() throws IOException {
    Throwable failure = refused.get();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  private void awaitEnds(Plan plan, JobEndCounter ends) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.staleafter() + 20L);
    while (ends.jobs() < jobs.size() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Seconds that all pilots together ran payloads between the two times. */
  private double busySeconds(long from, long to) {
    return jobs.values().stream()
            .filter(job -> job.ended != 0)
            .mapToLong(job -> Math.min(job.ended, to) - Math.max(job.received, from))
            .filter(nanos -> nanos > 0)
            .sum()
        / 1e9;
  }

  private void report(
      Plan plan,
      List<JobTimes> counted,
      double busy,
      SimulatedPilots simulatedPilots,
      JobEndCounter ends,
      ResourceUsage before,
      ResourceUsage after) {
    List<JobTimes> ended = counted.stream().filter(job -> job.ended != 0).toList();
    List<JobTimes> late = ended.stream().filter(job -> !job.inTime(plan)).toList();
    ResultTable table =
        new ResultTable()
            .row(
                "OVERLOAD",
                "%d pilots, payloads of %d ms: %.0f jobs/s fit, %.0f jobs/s are defined, deadline"
                    + " after %d s, for %d s",
                plan.pilots(),
                PAYLOAD_MILLIS,
                plan.capacity(),
                OVERLOAD_FACTOR * plan.capacity(),
                plan.staleafter(),
                plan.seconds());
    for (Rank rank : Rank.values()) {
      addRow(table, plan, rank, counted.stream().filter(job -> job.rank == rank).toList());
    }
    table
        .row(
            "ended by their deadline",
            "%.2f %% of those that were started (%d of %d)",
            100.0 * (ended.size() - late.size()) / Math.max(1, ended.size()),
            ended.size() - late.size(),
            ended.size())
        .row(
            "pilots worked for jobs that ended too late",
            "%.2f %% of the time that they worked",
            100 * runSeconds(late) / Math.max(1e-9, runSeconds(ended)))
        .row(
            "pilots worked",
            "%.0f %% of the time",
            100 * busy / plan.pilots() / after.secondsSince(before))
        .row(
            "defined, but no end seen",
            "%d of %d; ends seen twice %d, dropped as stale %d, ended otherwise %d, pilots lost %d,"
                + " requests failed %d %s",
            jobs.size() - ends.jobs(),
            jobs.size(),
            ends.repeats(),
            ends.stale(),
            ends.failed(),
            simulatedPilots.lost(),
            simulatedPilots.failures(),
            simulatedPilots.lastFailure())
        .usage(before, after, counted.size())
        .print(out);
  }

  private static void addRow(ResultTable table, Plan plan, Rank rank, List<JobTimes> jobs) {
    long[] waits =
        jobs.stream()
            .filter(job -> job.received != 0)
            .mapToLong(job -> job.received - job.defined)
            .toArray();
    long done = jobs.stream().filter(job -> job.ended != 0).count();
    table.row(
        "priority " + rank.priority,
        "%d jobs, %.1f %% run, %.1f %% in time; defined to in a pilot's hands: %s",
        jobs.size(),
        100.0 * done / Math.max(1, jobs.size()),
        100.0
            * jobs.stream().filter(job -> job.ended != 0 && job.inTime(plan)).count()
            / Math.max(1, jobs.size()),
        waits.length == 0 ? "none" : LatencyFigures.ofNanos(waits));
  }

  private static double runSeconds(List<JobTimes> jobs) {
    return jobs.stream().mapToLong(job -> job.ended - job.received).sum() / 1e9;
  }
}
