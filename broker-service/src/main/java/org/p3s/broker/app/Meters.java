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
 * The broker in numbers. Invariants, each within what one count of the queue is late ({@code
 * p3s.broker.count}) and since the start of the counters, summed over the replicas:
 *
 * <ul>
 *   <li>{@code p3s.jobs.defined} = {@code p3s.jobs.waiting} + {@code p3s.jobs.held} + the sum of
 *       {@code p3s.jobs.finished} over all outcomes, less what waited and was held at the start
 *   <li>{@code p3s.jobs.dispatched} - {@code p3s.jobs.requeued} = {@code p3s.jobs.held} + the count
 *       of {@code p3s.job.life}, less what was held at the start: each dispatch ends by coming back
 *       or by the job's end
 *   <li>the sum of {@code p3s.jobs.dropped} over all reasons = {@code
 *       p3s.jobs.finished{outcome="dropped"}}
 *   <li>the count of {@code p3s.dispatch.latency} = {@code p3s.jobs.dispatched}
 *   <li>the sum of {@code p3s.queue.depth} = {@code p3s.jobs.waiting}
 * </ul>
 *
 * Waiting, held and the queue's gauges are of the whole database, the same at every replica: take
 * their maximum over replicas, not their sum.
 */
@ApplicationScoped
public class Meters {

  private static final String BACKLOG = "backlog";
  private static final int MOST_LINES = 50;
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private final MeterRegistry registry;
  private final Counter defined;
  private final Counter requeued;
  private final Counter dispatched;
  private final Counter lost;
  private final Timer latency;
  private final Timer started;
  private final Timer life;
  private final MultiGauge depth;
  private final MultiGauge oldestOf;
  private final MultiGauge waitOf;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private volatile double oldest;

  Meters(MeterRegistry registry) {
    this.registry = registry;
    this.defined = registry.counter("p3s.jobs.defined");
    this.requeued = registry.counter("p3s.jobs.requeued");
    this.dispatched = registry.counter("p3s.jobs.dispatched");
    this.lost = registry.counter("p3s.leases.lost");
    this.latency =
        histogram("p3s.dispatch.latency", "job defined to given to a pilot", TEN_MINUTES);
    this.started =
        histogram("p3s.start.latency", "job given to a pilot to start reported", TEN_MINUTES);
    this.life = histogram("p3s.job.life", "job defined to ended, if given out", Duration.ofDays(1));
    this.depth =
        MultiGauge.builder("p3s.queue.depth")
            .description("waiting jobs by type and asked site; the deepest, and other")
            .register(registry);
    this.oldestOf =
        MultiGauge.builder("p3s.queue.oldest")
            .baseUnit("seconds")
            .description("age of the one that waits longest")
            .register(registry);
    this.waitOf =
        MultiGauge.builder("p3s.queue.wait.expected")
            .baseUnit("seconds")
            .description("what a job that comes now may wait, by learned run times; NaN: unknown")
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

  void parked(Supplier<Number> seats) {
    Gauge.builder("p3s.pilots.parked", seats).register(registry);
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

  void lost() {
    lost.increment();
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
