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
 * {@code p3s bench overload}: twice as many jobs as the pilots can run, all with a deadline, in
 * three priorities. What matters is that those that run are in time, that pilots don't work for the
 * waste, and that the highest priority does not feel it.
 */
final class Overload implements Fleet.Watcher {

  private static final int TAKES_MILLIS = 500;
  private static final int SPREAD_MILLIS = 100;
  private static final int TIMES_TOO_MUCH = 2;
  private static final int BEAT_MILLIS = 5_000;
  private static final Duration LISTS = Duration.ofMillis(250);

  /** A priority and its part of the load, in percent. */
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

  /** What the command line says. */
  record Plan(int pilots, int seconds, int lead, int staleafter) {

    static Plan of(Options options) {
      return new Plan(
          Math.max(1, options.named("--pilots", 20)),
          Math.max(1, options.named("--seconds", 120)),
          options.named("--lead", 30),
          Math.max(1, options.named("--staleafter", 10)));
    }

    double fits() {
      return pilots * 1000.0 / TAKES_MILLIS;
    }
  }

  /** A job from its definition on; times are those of {@link System#nanoTime}, 0: not yet. */
  private static final class Life {
    private final Rank rank;
    private final long defined;
    private long received;
    private long ended;

    Life(Rank rank, long defined) {
      this.rank = rank;
      this.defined = defined;
    }

    boolean inTime(Plan plan) {
      return ended - defined <= TimeUnit.SECONDS.toNanos(plan.staleafter());
    }
  }

  private final Stack stack;
  private final PrintStream out;
  private final Random random = new Random(1);
  private final Map<String, Life> lives = new HashMap<>();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();

  Overload(Stack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  @Override
  public void received(String name, long nanos) {
    Life life = lives.get(name);
    if (life != null) {
      life.received = nanos;
    }
  }

  @Override
  public void finished(String name, boolean withNext) {
    Life life = lives.get(name);
    if (life != null) {
      life.ended = System.nanoTime();
    }
  }

  @Override
  public long takesMillis() {
    return TAKES_MILLIS - SPREAD_MILLIS + random.nextInt(2 * SPREAD_MILLIS + 1);
  }

  void run(Plan plan) throws IOException, InterruptedException {
    try (Wire wire = new Wire(stack, plan.pilots() + 64);
        Ends ends = new Ends(stack)) {
      Definer definer = new Definer(wire, stack);
      Fleet fleet = new Fleet(wire, stack.token("join"), BEAT_MILLIS, this);
      fleet.start(plan.pilots());
      offer(plan, wire, definer, plan.lead(), "lead-");
      List<Life> counted = new ArrayList<>();
      Cost before = Cost.now(stack);
      long from = System.nanoTime();
      counted.addAll(offer(plan, wire, definer, plan.seconds(), ""));
      long to = System.nanoTime();
      Cost after = Cost.now(stack);
      awaitEnds(plan, ends);
      fleet.stop();
      report(plan, counted, busy(from, to), fleet, ends, before, after);
    }
  }

  /** Defines jobs on a schedule, whatever happens to them. */
  private List<Life> offer(Plan plan, Wire wire, Definer definer, int seconds, String part)
      throws IOException, InterruptedException {
    List<Life> offered = new ArrayList<>();
    String prefix = "o" + ProcessHandle.current().pid() + "-" + part;
    double perList = TIMES_TOO_MUCH * plan.fits() * LISTS.toMillis() / 1000;
    long start = System.nanoTime();
    Map<Rank, Integer> made = new HashMap<>();
    for (int list = 1; list <= seconds * 1000L / LISTS.toMillis(); list++) {
      long due = start + list * LISTS.toNanos();
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      for (Rank rank : Rank.values()) {
        int sum = (int) (list * perList * rank.percent / 100);
        int before = made.getOrDefault(rank, 0);
        made.put(rank, sum);
        String name = prefix + rank + "-";
        for (int i = before; i < sum; i++) {
          offered.add(new Life(rank, due));
        }
        List<Life> those = offered.subList(offered.size() - (sum - before), offered.size());
        define(wire, definer, plan, name, before, List.copyOf(those));
      }
      check();
    }
    return offered;
  }

  /** All that is told of jobs happens on the event loop. */
  private void define(
      Wire wire, Definer definer, Plan plan, String name, int from, List<Life> those) {
    if (those.isEmpty()) {
      return;
    }
    wire.vertx()
        .runOnContext(
            go -> {
              for (int i = 0; i < those.size(); i++) {
                lives.put(name + (from + i), those.get(i));
              }
              definer
                  .define(name, from, those.size(), those.get(0).rank.priority, plan.staleafter())
                  .onFailure(failure -> refused.compareAndSet(null, failure));
            });
  }

  private void check() throws IOException {
    Throwable failure = refused.get();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  private void awaitEnds(Plan plan, Ends ends) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.staleafter() + 20L);
    while (ends.jobs() < lives.size() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Seconds that pilots worked between the two times. */
  private double busy(long from, long to) {
    return lives.values().stream()
            .filter(life -> life.ended != 0)
            .mapToLong(life -> Math.min(life.ended, to) - Math.max(life.received, from))
            .filter(nanos -> nanos > 0)
            .sum()
        / 1e9;
  }

  private void report(
      Plan plan, List<Life> counted, double busy, Fleet fleet, Ends ends, Cost before, Cost after) {
    List<Life> admitted = counted.stream().filter(life -> life.ended != 0).toList();
    List<Life> late = admitted.stream().filter(life -> !life.inTime(plan)).toList();
    Table table =
        new Table()
            .row(
                "OVERLOAD",
                "%d pilots, payloads of %d ms: %.0f jobs/s fit, %.0f jobs/s are defined, deadline"
                    + " after %d s, for %d s",
                plan.pilots(),
                TAKES_MILLIS,
                plan.fits(),
                TIMES_TOO_MUCH * plan.fits(),
                plan.staleafter(),
                plan.seconds());
    for (Rank rank : Rank.values()) {
      rank(table, plan, rank, counted.stream().filter(life -> life.rank == rank).toList());
    }
    table
        .row(
            "ended by their deadline",
            "%.2f %% of those that were started (%d of %d)",
            100.0 * (admitted.size() - late.size()) / Math.max(1, admitted.size()),
            admitted.size() - late.size(),
            admitted.size())
        .row(
            "pilots worked for jobs that ended too late",
            "%.2f %% of the time that they worked",
            100 * seconds(late) / Math.max(1e-9, seconds(admitted)))
        .row(
            "pilots worked",
            "%.0f %% of the time",
            100 * busy / plan.pilots() / after.secondsSince(before))
        .row(
            "defined, but no end seen",
            "%d of %d; ends seen twice %d, dropped as stale %d, ended otherwise %d, pilots lost %d,"
                + " requests failed %d %s",
            lives.size() - ends.jobs(),
            lives.size(),
            ends.repeats(),
            ends.stale(),
            ends.failed(),
            fleet.lost(),
            fleet.failures(),
            fleet.lastFailure())
        .costs(before, after, counted.size())
        .print(out);
  }

  private static void rank(Table table, Plan plan, Rank rank, List<Life> its) {
    long[] waits =
        its.stream()
            .filter(life -> life.received != 0)
            .mapToLong(life -> life.received - life.defined)
            .toArray();
    long done = its.stream().filter(life -> life.ended != 0).count();
    table.row(
        "priority " + rank.priority,
        "%d jobs, %.1f %% run, %.1f %% in time; defined to in a pilot's hands: %s",
        its.size(),
        100.0 * done / Math.max(1, its.size()),
        100.0
            * its.stream().filter(life -> life.ended != 0 && life.inTime(plan)).count()
            / Math.max(1, its.size()),
        waits.length == 0 ? "none" : Figures.ofNanos(waits));
  }

  private static double seconds(List<Life> lives) {
    return lives.stream().mapToLong(life -> life.ended - life.received).sum() / 1e9;
  }
}
