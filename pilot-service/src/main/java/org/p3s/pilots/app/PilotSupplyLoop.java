package org.p3s.pilots.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.p3s.pilots.PilotConfig;
import org.p3s.pilots.domain.PilotSupply;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Keeps the number of pilots at sites that have a provider: every {@code pilotperiod} seconds of a
 * site it starts what {@link PilotSupply} says. A site without a provider is left alone.
 *
 * <p>A site is checked in one transaction that holds a lock on it, so that of several replicas one
 * acts. Sites are checked one after the other, and the transaction is open while the provider
 * works, so a slow provider delays the other sites. The check is stored before pilots are started:
 * a database that refuses writes starts none. If the commit fails after pilots were started, nobody
 * watches their starts, they count once they have registered, and this replica leaves the site
 * alone for a while.
 */
@ApplicationScoped
public class PilotSupplyLoop {

  private static final Logger LOG = Logger.getLogger(PilotSupplyLoop.class);
  private static final Duration CALL_LIMIT = Duration.ofMinutes(1);
  private static final int MAX_IDS_IN_LOG = 3;

  /** What a provider did: the ids of the pilots, and the failures in a row after it. */
  private record Started(List<String> ids, PilotSupply.Failures failures) {}

  private final PilotSupplyStore store;
  private final PilotProviders providers;
  private final Outbox outbox;
  private final ServiceLog log;
  private final PilotConfig.Supply config;
  private final InstantSource clock;
  private final Vertx vertx;
  private final PilotSupply supply;
  private final Counter started;
  private final Counter failed;
  private final Map<String, Instant> pausedSites = new ConcurrentHashMap<>();
  private final Set<String> callsUnderWay = ConcurrentHashMap.newKeySet();
  private volatile boolean busy;
  private long timer = -1;

  PilotSupplyLoop(
      PilotSupplyStore store,
      PilotProviders providers,
      Outbox outbox,
      ServiceLog log,
      PilotConfig config,
      InstantSource clock,
      Vertx vertx,
      MeterRegistry metrics) {
    this.store = store;
    this.providers = providers;
    this.outbox = outbox;
    this.log = log;
    this.config = config.supply();
    this.clock = clock;
    this.vertx = vertx;
    this.supply =
        new PilotSupply(
            this.config.startLimit(), this.config.firstPause(), this.config.longestPause());
    this.started = metrics.counter("p3s.pilots.started");
    this.failed = metrics.counter("p3s.pilots.start.failed");
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(config.sweep().toMillis(), tick -> onTimer());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void onTimer() {
    if (busy) {
      return;
    }
    busy = true;
    check()
        .onTermination()
        .invoke(() -> busy = false)
        .subscribe()
        .with(
            done -> {},
            failure -> LOG.warnf("cannot check the number of pilots: %s", failure.getMessage()));
  }

  /** Checks the sites that are due, one after the other; the failure of one stops no other. */
  public Uni<Void> check() {
    return store
        .dueSites(clock.instant())
        .onItem()
        .transformToMulti(sites -> Multi.createFrom().iterable(sites))
        .onItem()
        .transformToUniAndConcatenate(
            site ->
                check(site)
                    .onFailure()
                    .invoke(e -> LOG.warnf("cannot check the pilots of the site %s: %s", site, e))
                    .onFailure()
                    .recoverWithNull())
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> check(String site) {
    Instant now = clock.instant();
    if (now.isBefore(pausedSites.getOrDefault(site, Instant.MIN)) || callsUnderWay.contains(site)) {
      return Uni.createFrom().voidItem();
    }
    return outbox
        .transact(
            tx ->
                store
                    .lockIfDue(tx, site, now)
                    .flatMap(
                        found ->
                            found == null ? Uni.createFrom().voidItem() : keepFloor(tx, found)))
        .onFailure()
        .invoke(() -> pausedSites.put(site, now.plus(config.firstPause())));
  }

  private Uni<Void> keepFloor(Tx tx, PilotSupplyStore.SiteSupply site) {
    Instant now = clock.instant();
    PilotSupply.Decision decision =
        supply.decide(site.floor(), site.alive(), site.starts(), site.failures(), now);
    if (!decision.failed().isEmpty()) {
      reportNotRegistered(site, decision);
    }
    List<String> over =
        Stream.concat(decision.registered().stream(), decision.failed().stream())
            .map(PilotSupply.Start::id)
            .toList();
    return store
        .removeStarts(tx, site.site(), over)
        .chain(() -> store.storeCheck(tx, site.site(), decision.failures(), now))
        .chain(() -> start(site, decision, now))
        .flatMap(
            done ->
                store
                    .addStarts(tx, site.site(), done.ids(), now)
                    .chain(
                        () ->
                            done.failures().equals(decision.failures())
                                ? Uni.createFrom().voidItem()
                                : store.storeCheck(tx, site.site(), done.failures(), now)));
  }

  /** Lets the provider start pilots; a failure of the provider is a result, not a failure. */
  private Uni<Started> start(
      PilotSupplyStore.SiteSupply site, PilotSupply.Decision decision, Instant now) {
    if (decision.start() == 0) {
      return Uni.createFrom().item(new Started(List.of(), decision.failures()));
    }
    return Uni.createFrom()
        .item(() -> callProvider(site, decision.start()))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .ifNoItem()
        .after(CALL_LIMIT)
        .failWith(() -> new StartFailure("no answer within " + CALL_LIMIT.toSeconds() + " s"))
        .map(ids -> new Started(ids, decision.failures()))
        .invoke(done -> reportStarted(site, done.ids()))
        .onFailure()
        .recoverWithItem(
            e -> {
              PilotSupply.Failures failures = decision.failures().plusOne(now);
              reportFailedCall(site, decision.start(), failures, e);
              return new Started(List.of(), failures);
            });
  }

  private List<String> callProvider(PilotSupplyStore.SiteSupply site, int count) {
    PilotProvider provider = providers.find(site.provider());
    if (provider == null) {
      throw new StartFailure("this service has no such provider");
    }
    callsUnderWay.add(site.site());
    try {
      return provider.start(site.site(), count);
    } catch (PilotStartException e) {
      throw new StartFailure(String.valueOf(e.getMessage()));
    } finally {
      callsUnderWay.remove(site.site());
    }
  }

  private void reportStarted(PilotSupplyStore.SiteSupply site, List<String> ids) {
    started.increment(ids.size());
    log.info(
        "site %s: %s started %s, %d of %d were alive"
            .formatted(
                site.site(), site.provider(), pilots(ids.size()), site.alive(), site.floor()));
  }

  private void reportFailedCall(
      PilotSupplyStore.SiteSupply site, int count, PilotSupply.Failures failures, Throwable e) {
    failed.increment(count);
    log.warn(
        "site %s: %s cannot start pilots: %s; next attempt in %d s"
            .formatted(
                site.site(),
                site.provider(),
                e instanceof StartFailure ? e.getMessage() : e,
                supply.pauseAfter(failures).toSeconds()));
  }

  private void reportNotRegistered(
      PilotSupplyStore.SiteSupply site, PilotSupply.Decision decision) {
    int n = decision.failed().size();
    failed.increment(n);
    String ids =
        decision.failed().stream()
            .limit(MAX_IDS_IN_LOG)
            .map(PilotSupply.Start::id)
            .collect(Collectors.joining(", "));
    log.warn(
        "site %s: %s started by %s did not register within %d s: %s%s"
            .formatted(
                site.site(),
                pilots(n),
                site.provider(),
                config.startLimit().toSeconds(),
                ids,
                n > MAX_IDS_IN_LOG ? ", ..." : ""));
  }

  private static String pilots(int count) {
    return count == 1 ? "1 pilot" : count + " pilots";
  }

  /** A provider could not start pilots; unchecked, to pass through a Uni. */
  private static final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
      super(message, null, false, false);
    }
  }
}
