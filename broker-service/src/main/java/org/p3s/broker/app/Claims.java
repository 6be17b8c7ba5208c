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
import org.p3s.broker.domain.Seat;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/** Gives waiting jobs to seats in a transaction of the caller, and says so in the same one. */
@ApplicationScoped
public class Claims {

  private final QueueStore queue;
  private final JobStore jobs;
  private final Keeper keeper;
  private final Outbox outbox;
  private final Meters meters;
  private final InstantSource clock;
  private final BrokerConfig config;

  Claims(
      QueueStore queue,
      JobStore jobs,
      Keeper keeper,
      Outbox outbox,
      Meters meters,
      InstantSource clock,
      BrokerConfig config) {
    this.queue = queue;
    this.jobs = jobs;
    this.keeper = keeper;
    this.outbox = outbox;
    this.meters = meters;
    this.clock = clock;
    this.config = config;
  }

  /** One statement for all seats. */
  Uni<List<Answer>> claim(Tx tx, List<Seat> seats) {
    if (seats.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Instant now = clock.instant();
    return queue
        .claim(tx, seats, config.fairShare(), now, now.plus(config.confirm()))
        .invoke(answers -> answers.forEach(answer -> announce(tx, seats, answer, now)));
  }

  private static void announce(Tx tx, List<Seat> seats, Answer answer, Instant now) {
    Offer offer = answer.offer();
    if (answer.kind() == Answer.Kind.FRESH && offer != null) {
      Seat seat = seats.get(answer.seat());
      tx.emit(
          new JobProgress(
              offer.job(),
              offer.wfuuid(),
              offer.node(),
              JobProgress.State.DISPATCHED,
              offer.attempt(),
              offer.lease(),
              seat.pilot(),
              seat.site(),
              null,
              null,
              null,
              null,
              now));
    }
  }

  /** To be called after the commit: counts what was given out. */
  void count(List<Answer> answers) {
    Instant now = clock.instant();
    for (Answer answer : answers) {
      Offer offer = answer.offer();
      if (answer.kind() == Answer.Kind.FRESH && offer != null) {
        meters.dispatched(offer.tsDef(), now);
      }
    }
  }

  /** Their polls are gone: they wait again, and need not wait for the confirmation's deadline. */
  Uni<Void> release(List<Offer> orphans) {
    Map<UUID, Offer> byJob = new HashMap<>();
    orphans.forEach(orphan -> byJob.put(orphan.job(), orphan));
    Instant now = clock.instant();
    return outbox
        .transact(
            tx ->
                jobs.lock(tx, byJob.keySet())
                    .map(
                        locked ->
                            keeper.store(
                                tx,
                                locked.stream()
                                    .map(job -> release(job, byJob.get(job.uuid()), now))
                                    .toList(),
                                now)))
        .invoke(keeper::committed)
        .replaceWithVoid();
  }

  private static Decision release(Job job, @Nullable Offer orphan, Instant now) {
    return orphan == null ? new Decision.Leave() : job.pollGone(orphan.lease(), now);
  }
}
