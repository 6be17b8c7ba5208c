package org.p3s.broker.app;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.OutageAwareTimer;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Does periodically what no event starts: acts on deadlines that have passed, and finds what a
 * crash or a race left behind. All replicas sweep; each takes jobs that the others have not locked.
 */
@ApplicationScoped
public class Sweeper {

  private static final Logger LOG = Logger.getLogger(Sweeper.class);

  /** If no sweep has succeeded for this many periods, that counts as an outage. */
  private static final int OUTAGE_PERIODS = 3;

  private final JobQueue queue;
  private final LiveJobStore jobs;
  private final DecisionWriter writer;
  private final BacklogShedding shedding;
  private final Dispatcher dispatcher;
  private final Outbox outbox;
  private final ServiceLog log;
  private final Vertx vertx;
  private final InstantSource clock;
  private final BrokerConfig config;
  private final List<Long> timers = new ArrayList<>();
  private final OutageAwareTimer confirmTimer;

  Sweeper(
      JobQueue queue,
      LiveJobStore jobs,
      DecisionWriter writer,
      BacklogShedding shedding,
      Dispatcher dispatcher,
      Outbox outbox,
      ServiceLog log,
      Vertx vertx,
      InstantSource clock,
      BrokerConfig config) {
    this.queue = queue;
    this.jobs = jobs;
    this.writer = writer;
    this.shedding = shedding;
    this.dispatcher = dispatcher;
    this.outbox = outbox;
    this.log = log;
    this.vertx = vertx;
    this.clock = clock;
    this.config = config;
    this.confirmTimer =
        new OutageAwareTimer(clock.instant(), config.sweep().multipliedBy(OUTAGE_PERIODS));
  }

  void start(@Observes StartupEvent event) {
    // Pilots that got a job just before a restart, an outage of the database or a stall of this
    // process still have their full time to confirm it.
    every(config.sweep(), () -> allCouldConfirm() ? requeueUnconfirmed() : nothing());
    every(config.sweep(), () -> dropStale().invoke(this::databaseAnswered));
    every(config.sweep(), shedding::sweep);
    every(config.sweep(), this::releaseDueRetries);
    every(config.sweep(), this::endJobsOfEndedPilots);
    every(config.sweep(), this::claimForPendingPolls);
    every(Duration.ofHours(1), this::forgetEndedPilots);
  }

  void stop(@Observes ShutdownEvent event) {
    timers.forEach(vertx::cancelTimer);
  }

  /** Runs a step periodically, but never twice at a time. */
  private void every(Duration period, Supplier<Uni<Void>> step) {
    AtomicBoolean busy = new AtomicBoolean();
    timers.add(
        vertx.setPeriodic(
            period.toMillis(),
            tick -> {
              if (busy.compareAndSet(false, true)) {
                step.get()
                    .onTermination()
                    .invoke(() -> busy.set(false))
                    .subscribe()
                    .with(
                        done -> {},
                        failure ->
                            LOG.warnf(
                                "a step of the sweep failed, the next period repeats it: %s",
                                failure.getMessage()));
              }
            }));
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  private boolean allCouldConfirm() {
    synchronized (confirmTimer) {
      return confirmTimer.upFor(config.confirm(), clock.instant());
    }
  }

  private void databaseAnswered() {
    synchronized (confirmTimer) {
      confirmTimer.succeeded(clock.instant());
    }
  }

  Uni<Void> requeueUnconfirmed() {
    return sweep(
            (tx, now) -> jobs.lockUnconfirmed(tx, now, config.batch().sweep()),
            Job::confirmTimedOut)
        .replaceWithVoid();
  }

  Uni<Void> dropStale() {
    return sweep((tx, now) -> jobs.lockStale(tx, now, config.batch().sweep()), Job::expire)
        .invoke(
            ended -> {
              if (ended > 0) {
                log.warn(ended + " jobs waited past their deadline and were dropped as stale");
              }
            })
        .replaceWithVoid();
  }

  /** Retries with a backoff wait outside of the queue until their time has come. */
  private Uni<Void> releaseDueRetries() {
    int most = config.batch().sweep();
    return outbox
        .transact(tx -> queue.releaseDueRetries(tx, clock.instant(), most))
        .flatMap(
            released -> {
              if (released > 0) {
                dispatcher.queueChangedEverywhere();
              }
              return released < most ? nothing() : releaseDueRetries();
            });
  }

  // A claim and the end of its pilot may run at the same time; then neither sees the other.
  private Uni<Void> endJobsOfEndedPilots() {
    return sweep(
            (tx, now) -> jobs.lockHeldByEndedPilots(tx, config.batch().sweep()),
            (job, now) -> job.pilotEnded(true, PilotEndHandler.NO_HEARTBEAT, now))
        .replaceWithVoid();
  }

  private Uni<Void> claimForPendingPolls() {
    if (dispatcher.pendingPolls() > 0) {
      dispatcher.queueChanged();
    }
    return nothing();
  }

  private Uni<Void> forgetEndedPilots() {
    return outbox.transact(
        tx -> jobs.forgetEndedPilots(tx, clock.instant().minus(config.rememberPilots())));
  }

  /**
   * Decides about the loaded jobs, and repeats that until a step finds less than it could take.
   *
   * @return how many jobs ended
   */
  private Uni<Integer> sweep(
      BiFunction<Tx, Instant, Uni<List<Job>>> load, BiFunction<Job, Instant, Decision> decide) {
    Instant now = clock.instant();
    Function<Tx, Uni<DecisionWriter.Written>> step =
        tx ->
            load.apply(tx, now)
                .map(
                    found ->
                        writer.write(
                            tx, found.stream().map(job -> decide.apply(job, now)).toList(), now));
    return outbox
        .transact(step)
        .flatMap(
            written -> {
              writer.committed(written);
              if (written.mayAllowClaim()) {
                dispatcher.queueChangedEverywhere();
              }
              int done = written.ends().size() + written.requeues().size();
              Uni<Integer> more =
                  done < config.batch().sweep() ? Uni.createFrom().item(0) : sweep(load, decide);
              return more.map(rest -> rest + written.ends().size());
            });
  }
}
