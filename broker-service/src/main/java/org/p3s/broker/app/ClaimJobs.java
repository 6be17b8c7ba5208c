package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Gives waiting jobs to slot requests in a transaction of the caller, with their events. What is
 * given to whom is decided in SQL, see {@link ClaimStore}.
 */
@ApplicationScoped
public class ClaimJobs {

  private final ClaimStore store;
  private final LiveJobStore jobs;
  private final DecisionWriter writer;
  private final Outbox outbox;
  private final BrokerMetrics metrics;
  private final InstantSource clock;
  private final BrokerConfig config;

  ClaimJobs(
      ClaimStore store,
      LiveJobStore jobs,
      DecisionWriter writer,
      Outbox outbox,
      BrokerMetrics metrics,
      InstantSource clock,
      BrokerConfig config) {
    this.store = store;
    this.jobs = jobs;
    this.writer = writer;
    this.outbox = outbox;
    this.metrics = metrics;
    this.clock = clock;
    this.config = config;
  }

  /** Claims for all requests by one statement. */
  Uni<List<ClaimResult>> claim(Tx tx, List<SlotRequest> requests) {
    if (requests.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Instant now = clock.instant();
    return store
        .claim(tx, requests, config.fairShare(), now, now.plus(config.confirm()))
        .invoke(results -> results.forEach(result -> emit(tx, requests, result, now)));
  }

  private static void emit(Tx tx, List<SlotRequest> requests, ClaimResult result, Instant now) {
    ClaimedJob job = result.job();
    if (result.kind() == ClaimResult.Kind.NEW && job != null) {
      tx.emit(JobProgressEvents.dispatched(job, requests.get(result.index()), now));
    }
  }

  /** Counts the jobs that were given out; to be called after the commit. */
  void count(List<ClaimResult> results) {
    Instant now = clock.instant();
    for (ClaimResult result : results) {
      ClaimedJob job = result.job();
      if (result.kind() == ClaimResult.Kind.NEW && job != null) {
        metrics.dispatched(job.tsDef(), now);
      }
    }
  }

  /** Requeues jobs whose polls were closed, so that they need not wait to be confirmed in vain. */
  Uni<Void> requeue(List<ClaimedJob> ofClosedPolls) {
    Map<UUID, ClaimedJob> byJob = new HashMap<>();
    ofClosedPolls.forEach(leased -> byJob.put(leased.job(), leased));
    Instant now = clock.instant();
    return outbox
        .transact(
            tx ->
                jobs.lock(tx, byJob.keySet())
                    .map(
                        locked ->
                            writer.write(
                                tx,
                                locked.stream()
                                    .map(job -> requeue(job, byJob.get(job.uuid()), now))
                                    .toList(),
                                now)))
        .invoke(writer::committed)
        .replaceWithVoid();
  }

  private static Decision requeue(Job job, @Nullable ClaimedJob leased, Instant now) {
    return leased == null ? new Decision.NoChange() : job.pollClosed(leased.lease(), now);
  }
}
