package org.p3s.broker.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;
import org.p3s.broker.domain.QueueLoad;

/**
 * The metrics of the broker. These invariants hold since the start of the counters, summed over the
 * replicas; the gauges may be late by one count of the queue ({@code p3s.broker.count}):
 *
 * <ul>
 *   <li>{@code p3s.jobs.defined} = {@code p3s.jobs.waiting} + {@code p3s.jobs.held} + the sum of
 *       {@code p3s.jobs.finished} over all outcomes, minus the jobs that waited or were held at the
 *       start
 *   <li>{@code p3s.jobs.dispatched} - {@code p3s.jobs.requeued} = {@code p3s.jobs.held} + the count
 *       of {@code p3s.job.life}, minus the jobs that were held at the start: each dispatch ends by
 *       a requeue or by the end of the job
 *   <li>the sum of {@code p3s.jobs.dropped} over all reasons = {@code
 *       p3s.jobs.finished{outcome="dropped"}}
 *   <li>the count of {@code p3s.dispatch.latency} = {@code p3s.jobs.dispatched}
 *   <li>the sum of {@code p3s.queue.depth} = {@code p3s.jobs.waiting}
 * </ul>
 *
 * The gauges of waiting and held jobs and of the queue are about the whole database, so that they
 * are the same at every replica: take their maximum over the replicas, not their sum.
 */
@ApplicationScoped
public class BrokerMetrics {

  private static final String BACKLOG = "backlog";

  /** So many lines of the queue are metrics of their own. */
  private static final int MOST_LINES = 50;

  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private final MeterRegistry registry;
  private final Counter defined;
  private final Counter requeued;
  private final Counter dispatched;
  private final Counter leasesLost;
  private final Timer latency;
  private final Timer started;
  private final Timer life;
  private final MultiGauge depth;
  private final MultiGauge oldestOf;
  private final MultiGauge waitOf;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private volatile double oldest;

  BrokerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.defined = registry.counter("p3s.jobs.defined");
    this.requeued = registry.counter("p3s.jobs.requeued");
    this.dispatched = registry.counter("p3s.jobs.dispatched");
    this.leasesLost = registry.counter("p3s.leases.lost");
    this.latency =
        histogram(
            "p3s.dispatch.latency", "from the definition of a job to its dispatch", TEN_MINUTES);
    this.started =
        histogram(
            "p3s.start.latency", "from the dispatch of a job to its start report", TEN_MINUTES);
    this.life =
        histogram(
            "p3s.job.life",
            "from the definition of a job to its end, of dispatched jobs",
            Duration.ofDays(1));
    this.depth =
        MultiGauge.builder("p3s.queue.depth")
            .description("waiting jobs by type and requested site; the deepest, and other")
            .register(registry);
    this.oldestOf =
        MultiGauge.builder("p3s.queue.oldest")
            .baseUnit("seconds")
            .description("age of the job that waits longest")
            .register(registry);
    this.waitOf =
        MultiGauge.builder("p3s.queue.wait.expected")
            .baseUnit("seconds")
            .description("how long a new job may wait, by learned run times; NaN: unknown")
            .register(registry);
    Gauge.builder("p3s.jobs.waiting", waiting::get).register(registry);
    Gauge.builder("p3s.jobs.held", held::get).register(registry);
    Gauge.builder("p3s.jobs.waiting.oldest", () -> oldest)
        .baseUnit("seconds")
        .description("age of the job that waits longest")
        .register(registry);
    for (JobState state : JobState.values()) {
      if (state.isEnd()) {
        finished(state.text());
      }
    }
    dropped(Job.STALE);
    dropped(BACKLOG);
  }

  private Timer histogram(String name, String description, Duration longest) {
    return Timer.builder(name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(longest)
        .register(registry);
  }

  void pendingPolls(Supplier<Number> polls) {
    Gauge.builder("p3s.polls.pending", polls)
        .description("long polls that wait for a job at this replica")
        .register(registry);
  }

  void counted(QueueLoad load, Instant now) {
    waiting.set(load.groups().stream().mapToLong(QueueLoad.Group::depth).sum());
    held.set(load.heldBySite().values().stream().mapToLong(Long::longValue).sum());
    oldest =
        load.groups().stream().mapToDouble(group -> seconds(group.oldest(), now)).max().orElse(0);
    List<QueueLoad.Line> lines = load.lines(MOST_LINES);
    show(depth, lines, QueueLoad.Line::depth);
    show(oldestOf, lines, line -> seconds(line.oldest(), now));
    show(waitOf, lines, line -> line.expectedWait().orElse(Double.NaN));
  }

  private static void show(
      MultiGauge gauge, List<QueueLoad.Line> lines, Function<QueueLoad.Line, Number> value) {
    gauge.register(
        lines.stream()
            .<MultiGauge.Row<?>>map(
                line ->
                    MultiGauge.Row.of(
                        Tags.of("jobtype", line.jobtype(), "site", line.site()), value.apply(line)))
            .toList(),
        true);
  }

  void defined(int jobs) {
    defined.increment(jobs);
  }

  void dispatched(Instant tsDef, Instant now) {
    dispatched.increment();
    latency.record(positive(Duration.between(tsDef, now)));
  }

  void started(@Nullable Instant tsDis, Instant now) {
    if (tsDis != null) {
      started.record(positive(Duration.between(tsDis, now)));
    }
  }

  void requeued(int jobs) {
    requeued.increment(jobs);
  }

  void leaseLost() {
    leasesLost.increment();
  }

  void ended(Decision.End end) {
    finished(end.state().text()).increment();
    if (end.job().holder() != null) {
      life.record(positive(Duration.between(end.job().tsDef(), end.tsSto())));
    }
    if (end.state() == JobState.DROPPED) {
      dropped(Job.STALE.equals(end.reason()) ? Job.STALE : BACKLOG).increment();
    }
  }

  private Counter dropped(String reason) {
    return registry.counter("p3s.jobs.dropped", "reason", reason);
  }

  private Counter finished(String outcome) {
    return registry.counter("p3s.jobs.finished", "outcome", outcome);
  }

  private static Duration positive(Duration d) {
    return d.isNegative() ? Duration.ZERO : d;
  }

  private static double seconds(Instant from, Instant to) {
    return positive(Duration.between(from, to)).toMillis() / 1000.0;
  }
}
