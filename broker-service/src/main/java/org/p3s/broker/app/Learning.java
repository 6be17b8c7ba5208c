package org.p3s.broker.app;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.RunTime;
import org.p3s.platform.outbox.Outbox;

/**
 * Learns how long jobs take, apart from the transactions of their ends: all of those would write
 * the same few rows. What a crash loses is a second of samples of an estimate.
 */
@ApplicationScoped
public class Learning {

  private static final Logger LOG = Logger.getLogger(Learning.class);
  private static final long PERIOD_MILLIS = 1_000;

  private final RunTimeStore runTimes;
  private final Outbox outbox;
  private final Vertx vertx;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Map<List<String>, RunTime.Sample> fresh = new LinkedHashMap<>();
  private long timer;

  Learning(RunTimeStore runTimes, Outbox outbox, Vertx vertx) {
    this.runTimes = runTimes;
    this.outbox = outbox;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> store());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  /** To be called after the commit of these ends. */
  void from(List<Decision.End> ends) {
    add(RunTime.samples(ends));
  }

  private void add(Collection<RunTime.Sample> samples) {
    synchronized (fresh) {
      for (RunTime.Sample sample : samples) {
        fresh.merge(List.of(sample.jobtype(), sample.site()), sample, RunTime.Sample::and);
      }
    }
  }

  private List<RunTime.Sample> take() {
    synchronized (fresh) {
      List<RunTime.Sample> taken = List.copyOf(fresh.values());
      fresh.clear();
      return taken;
    }
  }

  private void store() {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    List<RunTime.Sample> samples = take();
    if (samples.isEmpty()) {
      busy.set(false);
      return;
    }
    outbox
        .transact(tx -> runTimes.learn(tx, samples))
        .onTermination()
        .invoke(() -> busy.set(false))
        .subscribe()
        .with(
            done -> {},
            failure -> {
              LOG.debugf("run times wait: %s", failure.getMessage());
              add(samples);
            });
  }
}
