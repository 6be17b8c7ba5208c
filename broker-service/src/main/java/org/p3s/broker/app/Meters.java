package org.p3s.broker.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;

/**
 * The broker in numbers. In the long run {@code p3s.jobs.defined} equals {@code p3s.jobs.waiting} +
 * {@code p3s.jobs.held} + the sum of {@code p3s.jobs.finished}; and {@code p3s.jobs.dispatched}
 * minus {@code p3s.jobs.requeued} is what pilots hold or have ended.
 */
@ApplicationScoped
public class Meters {

  private static final String BACKLOG = "backlog";

  private final MeterRegistry registry;
  private final Counter defined;
  private final Counter requeued;
  private final Counter dispatched;
  private final Counter lost;
  private final Timer latency;
  private final Timer started;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private volatile double oldest;

  Meters(MeterRegistry registry) {
    this.registry = registry;
    this.defined = registry.counter("p3s.jobs.defined");
    this.requeued = registry.counter("p3s.jobs.requeued");
    this.dispatched = registry.counter("p3s.jobs.dispatched");
    this.lost = registry.counter("p3s.leases.lost");
    this.latency = histogram("p3s.dispatch.latency", "job defined to given to a pilot");
    this.started = histogram("p3s.start.latency", "job given to a pilot to start reported");
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

  private Timer histogram(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofMinutes(10))
        .register(registry);
  }

  void parked(Supplier<Number> seats) {
    Gauge.builder("p3s.pilots.parked", seats).register(registry);
  }

  void counted(Views.Counts counts, Instant now) {
    waiting.set(counts.waiting());
    held.set(counts.dispatched() + counts.running());
    Instant since = counts.oldest();
    oldest = since == null ? 0 : seconds(since, now);
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
