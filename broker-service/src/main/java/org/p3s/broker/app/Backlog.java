package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Keeps the backlog limits of job types: in the transaction that queues, at once when a limit is
 * set, and by a sweep behind both, for what several replicas queue at the same time and for jobs
 * that come back. What was dropped is said once per sweep, not once per batch.
 */
@ApplicationScoped
public class Backlog {

  // A step sorts what waits, so it is worth many jobs.
  private static final int STEP_PER_SWEEP = 10;

  private final Limits limits;
  private final Keeper keeper;
  private final Outbox outbox;
  private final ServiceLog log;
  private final InstantSource clock;
  private final int step;
  private final Map<String, Integer> unsaid = new ConcurrentSkipListMap<>();

  Backlog(
      Limits limits,
      Keeper keeper,
      Outbox outbox,
      ServiceLog log,
      InstantSource clock,
      BrokerConfig config) {
    this.limits = limits;
    this.keeper = keeper;
    this.outbox = outbox;
    this.log = log;
    this.clock = clock;
    this.step = STEP_PER_SWEEP * config.batch().sweep();
  }

  /** In the transaction that queued jobs of these types; a long backlog is left to the sweep. */
  Uni<Keeper.Stored> afterQueueing(Tx tx, Collection<String> types) {
    return shed(tx, types, false);
  }

  /** After a limit was set: drops now what a step can take, the sweep does the rest. */
  public Uni<Void> limited(String jobtype) {
    return step(List.of(jobtype)).replaceWithVoid();
  }

  /** Drops what is over the limits, and says so in one line. */
  Uni<Void> sweep() {
    return step(null)
        .flatMap(dropped -> dropped < step ? Uni.createFrom().voidItem() : sweep())
        .eventually(this::say);
  }

  /** To be called after the commit, with whatever was stored. */
  void committed(Keeper.Stored stored) {
    for (Decision.End end : stored.ends()) {
      String reason = end.reason();
      if (end.state() == JobState.DROPPED && reason != null && !reason.equals(Job.STALE)) {
        unsaid.merge(reason, 1, Integer::sum);
      }
    }
  }

  private Uni<Integer> step(@Nullable List<String> types) {
    return outbox
        .transact(
            tx ->
                (types == null ? limits.boundedTypes(tx) : Uni.createFrom().item(types))
                    .flatMap(bounded -> shed(tx, bounded, true)))
        .map(
            stored -> {
              keeper.committed(stored);
              committed(stored);
              return stored.ends().size();
            });
  }

  private Uni<Keeper.Stored> shed(Tx tx, Collection<String> types, boolean evenMore) {
    Instant now = clock.instant();
    return (types.isEmpty()
            ? Uni.createFrom().item(List.<Limits.Excess>of())
            : limits.lockExcess(tx, types, step, evenMore))
        .map(
            excess ->
                keeper.store(
                    tx,
                    excess.stream().map(e -> e.job().shed(e.rule(), e.limit(), now)).toList(),
                    now));
  }

  private void say() {
    Map<String, Integer> now = new TreeMap<>();
    unsaid.keySet().forEach(reason -> now.put(reason, taken(reason)));
    if (!now.isEmpty()) {
      log.warn(
          now.entrySet().stream()
              .map(entry -> entry.getValue() + " jobs dropped: " + entry.getKey())
              .collect(Collectors.joining("; ")));
    }
  }

  private int taken(String reason) {
    Integer count = unsaid.remove(reason);
    return count == null ? 0 : count;
  }
}
