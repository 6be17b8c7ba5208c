package org.p3s.broker.app;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Job;
import org.p3s.contracts.Event;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.platform.TransientFailures;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * What the workflow service says about jobs. A batch is queued and, in the same transaction, given
 * to the pilots that wait at that moment: one commit from a definition to a pilot's hands.
 */
@ApplicationScoped
public class Intake {

  private static final Logger LOG = Logger.getLogger(Intake.class);

  /** Events that may be handled in sets: definitions first, then what is said about them. */
  private static final class Segment {
    final List<JobDefined> defined = new ArrayList<>();
    final Map<UUID, JobAdjusted> adjusted = new LinkedHashMap<>();
    final Map<UUID, Job.Withdrawal> withdrawn = new LinkedHashMap<>();

    boolean isOnlyDefinitions() {
      return adjusted.isEmpty() && withdrawn.isEmpty() && !defined.isEmpty();
    }
  }

  private record Done(QueueStore.Queued defined, List<Answer> answers, List<Keeper.Stored> stored) {

    Done and(Keeper.Stored more) {
      List<Keeper.Stored> all = new ArrayList<>(stored);
      all.add(more);
      return new Done(defined, answers, all);
    }
  }

  private final QueueStore queue;
  private final JobStore jobs;
  private final Keeper keeper;
  private final Backlog backlog;
  private final Dispatcher dispatcher;
  private final Claims claims;
  private final Outbox outbox;
  private final Meters meters;
  private final InstantSource clock;
  private final FairShare share;

  Intake(
      QueueStore queue,
      JobStore jobs,
      Keeper keeper,
      Backlog backlog,
      Dispatcher dispatcher,
      Claims claims,
      Outbox outbox,
      Meters meters,
      InstantSource clock,
      BrokerConfig config) {
    this.queue = queue;
    this.jobs = jobs;
    this.keeper = keeper;
    this.backlog = backlog;
    this.dispatcher = dispatcher;
    this.claims = claims;
    this.outbox = outbox;
    this.meters = meters;
    this.clock = clock;
    this.share = config.fairShare();
  }

  /** Takes a batch in; may be given the same batch again. */
  public Uni<Void> take(List<Event> events) {
    List<Segment> segments = segments(events);
    if (segments.size() == 1) {
      return take(segments.get(0));
    }
    return Multi.createFrom()
        .iterable(segments)
        .onItem()
        .transformToUniAndConcatenate(this::take)
        .collect()
        .asList()
        .replaceWithVoid();
  }

  private static List<Segment> segments(List<Event> events) {
    List<Segment> segments = new ArrayList<>();
    Segment now = new Segment();
    segments.add(now);
    for (Event event : events) {
      if (event instanceof JobDefined defined) {
        if (now.withdrawn.containsKey(defined.job()) || now.adjusted.containsKey(defined.job())) {
          // A new definition after words about the old one.
          now = new Segment();
          segments.add(now);
        }
        now.defined.add(defined);
      } else if (event instanceof JobAdjusted adjusted) {
        now.adjusted.put(adjusted.job(), adjusted);
      } else if (event instanceof JobWithdrawn w) {
        now.withdrawn.merge(
            w.job(),
            new Job.Withdrawal(w.reason(), !w.waitingOnly()),
            (a, b) -> new Job.Withdrawal(b.reason(), a.stop() || b.stop()));
      }
    }
    return segments;
  }

  private Uni<Void> take(Segment segment) {
    Loan loan = dispatcher.lend(segment.defined.size());
    return outbox
        .transact(tx -> store(tx, segment, loan))
        .onFailure()
        .invoke(() -> dispatcher.giveBack(loan))
        .invoke(done -> finish(done, loan))
        .replaceWithVoid()
        .onFailure(failure -> !loan.isEmpty() && !TransientFailures.isTransient(failure))
        .recoverWithUni(failure -> withoutClaim(segment, failure));
  }

  // A claim that fails must not keep jobs out of the queue: they are queued first, claimed after.
  private Uni<Void> withoutClaim(Segment segment, Throwable failure) {
    LOG.warnf("queued without a claim at once: %s", failure.getMessage());
    Loan nobody = dispatcher.lend(0);
    return outbox
        .transact(tx -> store(tx, segment, nobody))
        .invoke(done -> finish(done, nobody))
        .replaceWithVoid();
  }

  private Uni<Done> store(Tx tx, Segment segment, Loan loan) {
    Uni<QueueStore.Queued> defined =
        segment.defined.isEmpty()
            ? Uni.createFrom().item(QueueStore.Queued.NOTHING)
            : queue.define(tx, segment.defined, share);
    Uni<List<Keeper.Stored>> changed =
        adjust(tx, segment.adjusted.values()).chain(() -> withdraw(tx, segment.withdrawn));
    if (segment.isOnlyDefinitions()) {
      // All of it in one write: the claim sees what was queued before it.
      return Uni.combine()
          .all()
          .unis(defined, claims.claim(tx, loan.seats()))
          .asTuple()
          .flatMap(
              both ->
                  shed(tx, both.getItem1(), new Done(both.getItem1(), both.getItem2(), List.of())));
    }
    return defined.flatMap(
        queued ->
            changed.flatMap(
                stored ->
                    (queued.jobs() == 0 ? nothing() : claims.claim(tx, loan.seats()))
                        .flatMap(answers -> shed(tx, queued, new Done(queued, answers, stored)))));
  }

  // Last: what a pilot takes at once is no backlog, and whoever is shedding waits for nobody.
  private Uni<Done> shed(Tx tx, QueueStore.Queued queued, Done done) {
    return queued.bounded().isEmpty()
        ? Uni.createFrom().item(done)
        : backlog.afterQueueing(tx, queued.bounded()).map(done::and);
  }

  private static Uni<List<Answer>> nothing() {
    return Uni.createFrom().item(List.of());
  }

  private Uni<Void> adjust(Tx tx, Collection<JobAdjusted> adjusted) {
    return adjusted.isEmpty() ? Uni.createFrom().voidItem() : queue.adjust(tx, adjusted);
  }

  private Uni<List<Keeper.Stored>> withdraw(Tx tx, Map<UUID, Job.Withdrawal> withdrawn) {
    if (withdrawn.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Instant now = clock.instant();
    return jobs.lock(tx, withdrawn.keySet())
        .map(
            locked ->
                keeper.store(
                    tx, locked.stream().map(job -> decide(job, withdrawn, now)).toList(), now))
        .map(List::of);
  }

  private static Decision decide(Job job, Map<UUID, Job.Withdrawal> withdrawn, Instant now) {
    Job.Withdrawal unwanted = withdrawn.get(job.uuid());
    return unwanted == null ? new Decision.Leave() : job.withdraw(unwanted, now);
  }

  private void finish(Done done, Loan loan) {
    meters.defined(done.defined().jobs());
    done.stored().forEach(keeper::committed);
    done.stored().forEach(backlog::committed);
    dispatcher.settle(loan, done.answers());
    long given =
        done.answers().stream().filter(answer -> answer.kind() == Answer.Kind.FRESH).count();
    if (given < done.defined().jobs()
        || done.stored().stream().anyMatch(Keeper.Stored::opensSomething)) {
      dispatcher.changedForAll();
    }
  }
}
