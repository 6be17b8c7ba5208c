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
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.platform.outbox.Outbox;

/**
 * Collects the run times of ended jobs and stores them once a second. It does not do so in the
 * transactions of the ends, because all of these would write the same few rows. A crash loses the
 * samples of one second, which matters little for an estimate.
 */
@ApplicationScoped
public class RunTimeRecorder {

  private static final Logger LOG = Logger.getLogger(RunTimeRecorder.class);
  private static final long PERIOD_MILLIS = 1_000;

  private final RunTimeStore store;
  private final Outbox outbox;
  private final Vertx vertx;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Map<List<String>, RunTimeSample> collected = new LinkedHashMap<>();
  private long timer;

  RunTimeRecorder(RunTimeStore store, Outbox outbox, Vertx vertx) {
    this.store = store;
    this.outbox = outbox;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> storeCollected());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  /** To be called after the commit of these ends. */
  void record(List<Decision.End> ends) {
    if (!ends.isEmpty()) {
      add(RunTimeSample.of(ends));
    }
  }

  private void add(Collection<RunTimeSample> samples) {
    synchronized (collected) {
      for (RunTimeSample sample : samples) {
        collected.merge(List.of(sample.jobtype(), sample.site()), sample, RunTimeSample::plus);
      }
    }
  }

  private List<RunTimeSample> take() {
    synchronized (collected) {
      List<RunTimeSample> taken = List.copyOf(collected.values());
      collected.clear();
      return taken;
    }
  }

  private void storeCollected() {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    List<RunTimeSample> samples = take();
    if (samples.isEmpty()) {
      busy.set(false);
      return;
    }
    outbox
        .transact(tx -> store.learn(tx, samples))
        .onTermination()
        .invoke(() -> busy.set(false))
        .subscribe()
        .with(
            done -> {},
            failure -> {
              LOG.debugf("run times are stored later: %s", failure.getMessage());
              add(samples);
            });
  }
}
