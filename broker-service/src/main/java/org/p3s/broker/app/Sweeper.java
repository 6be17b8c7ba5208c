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
import org.p3s.broker.domain.Hearing;
import org.p3s.broker.domain.Job;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Behind the events: deadlines that pass without one, and what a crash or a race left over. Several
 * replicas sweep side by side; each takes what the others have not locked.
 */
@ApplicationScoped
public class Sweeper {

  private static final Logger LOG = Logger.getLogger(Sweeper.class);
  private static final int COUNT_SHARE = 100;
  // Whoever watches the queue sees it no older than this, whatever the count costs.
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** Sweeps this many periods apart: the database was away, or this process stood still. */
  private static final int LATE = 3;

  private final QueueStore queue;
  private final JobStore jobs;
  private final Outlook outlook;
  private final Keeper keeper;
  private final Backlog backlog;
  private final Dispatcher dispatcher;
  private final Outbox outbox;
  private final ServiceLog log;
  private final Meters meters;
  private final Vertx vertx;
  private final InstantSource clock;
  private final BrokerConfig config;
  private final List<Long> timers = new ArrayList<>();
  private final Hearing hearing;
  private volatile Instant nextCount = Instant.EPOCH;

  Sweeper(
      QueueStore queue,
      JobStore jobs,
      Outlook outlook,
      Keeper keeper,
      Backlog backlog,
      Dispatcher dispatcher,
      Outbox outbox,
      ServiceLog log,
      Meters meters,
      Vertx vertx,
      InstantSource clock,
      BrokerConfig config) {
    this.queue = queue;
    this.jobs = jobs;
    this.outlook = outlook;
    this.keeper = keeper;
    this.backlog = backlog;
    this.dispatcher = dispatcher;
    this.outbox = outbox;
    this.log = log;
    this.meters = meters;
    this.vertx = vertx;
    this.clock = clock;
    this.config = config;
    this.hearing = new Hearing(clock.instant(), config.sweep().multipliedBy(LATE));
  }

  void start(@Observes StartupEvent event) {
    // Pilots that were given a job just before a restart, an outage of the database or a stall of
    // this process get their time to confirm.
    every(config.sweep(), () -> allCouldConfirm() ? unconfirmed() : nothing());
    every(config.sweep(), () -> stale().invoke(this::heard));
    every(config.sweep(), backlog::sweep);
    every(config.sweep(), this::letGo);
    every(config.sweep(), this::ofGonePilots);
    every(config.sweep(), this::leftOver);
    every(config.count(), this::count);
    every(Duration.ofHours(1), this::forget);
  }

  void stop(@Observes ShutdownEvent event) {
    timers.forEach(vertx::cancelTimer);
  }

  /** A step of a sweep never overlaps itself. */
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
                        done -> {}, failure -> LOG.warnf("sweep waits: %s", failure.getMessage()));
              }
            }));
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  private boolean allCouldConfirm() {
    synchronized (hearing) {
      return hearing.forAll(config.confirm(), clock.instant());
    }
  }

  private void heard() {
    synchronized (hearing) {
      hearing.heard(clock.instant());
    }
  }

  /** Offers again what nobody confirmed. */
  Uni<Void> unconfirmed() {
    return sweep(
            (tx, now) -> jobs.lockUnconfirmed(tx, now, config.batch().sweep()), Job::unconfirmed)
        .replaceWithVoid();
  }

  /** Drops what is past its deadline. */
  Uni<Void> stale() {
    return sweep((tx, now) -> jobs.lockStale(tx, now, config.batch().sweep()), Job::expire)
        .invoke(
            ended -> {
              if (ended > 0) {
                log.warn(ended + " jobs waited past their deadline and were dropped as stale");
              }
            })
        .replaceWithVoid();
  }

  /** Retries wait apart until their time has come. */
  private Uni<Void> letGo() {
    int most = config.batch().sweep();
    return outbox
        .transact(tx -> queue.letGo(tx, clock.instant(), most))
        .flatMap(
            let -> {
              if (let > 0) {
                dispatcher.changedForAll();
              }
              return let < most ? nothing() : letGo();
            });
  }

  // A claim and the end of its pilot may cross; whoever commits last has not seen the other.
  private Uni<Void> ofGonePilots() {
    return sweep(
            (tx, now) -> jobs.lockHeldByGone(tx, config.batch().sweep()),
            (job, now) -> job.pilotEnded(true, "pilot lost: no sign of life", now))
        .replaceWithVoid();
  }

  private Uni<Void> leftOver() {
    if (dispatcher.parked() > 0) {
      dispatcher.changed();
    }
    return nothing();
  }

  private Uni<Void> forget() {
    return outbox.transact(
        tx -> jobs.forgetGone(tx, clock.instant().minus(config.rememberPilots())));
  }

  /** A count of a long queue takes long; it shall take a hundredth of the time, if it can. */
  private Uni<Void> count() {
    Instant before = clock.instant();
    if (before.isBefore(nextCount)) {
      return nothing();
    }
    return outlook
        .load()
        .invoke(
            load -> {
              Instant after = clock.instant();
              Duration pause = Duration.between(before, after).multipliedBy(COUNT_SHARE);
              nextCount = after.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
              meters.counted(load, after);
            })
        .replaceWithVoid();
  }

  /** Returns how many jobs ended. */
  private Uni<Integer> sweep(
      BiFunction<Tx, Instant, Uni<List<Job>>> load, BiFunction<Job, Instant, Decision> decide) {
    Instant now = clock.instant();
    Function<Tx, Uni<Keeper.Stored>> step =
        tx ->
            load.apply(tx, now)
                .map(
                    found ->
                        keeper.store(
                            tx, found.stream().map(job -> decide.apply(job, now)).toList(), now));
    return outbox
        .transact(step)
        .flatMap(
            stored -> {
              keeper.committed(stored);
              if (stored.opensSomething()) {
                dispatcher.changedForAll();
              }
              int done = stored.ends().size() + stored.requeues().size();
              Uni<Integer> more =
                  done < config.batch().sweep() ? Uni.createFrom().item(0) : sweep(load, decide);
              return more.map(rest -> rest + stored.ends().size());
            });
  }
}
