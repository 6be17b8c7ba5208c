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
 * Handles the events about jobs: defined, adjusted, withdrawn. A batch of definitions is queued and
 * given to the pilots that wait at that moment in one transaction, so that one commit brings a job
 * from its definition to a pilot.
 */
@ApplicationScoped
public class JobIntake {

  private static final Logger LOG = Logger.getLogger(JobIntake.class);

  /** Events that may be handled in sets: all definitions first, then changes to jobs. */
  private static final class Segment {
    final List<JobDefined> defined = new ArrayList<>();
    final Map<UUID, JobAdjusted> adjusted = new LinkedHashMap<>();
    final Map<UUID, Job.Withdrawal> withdrawn = new LinkedHashMap<>();

    boolean hasOnlyDefinitions() {
      return adjusted.isEmpty() && withdrawn.isEmpty() && !defined.isEmpty();
    }

    boolean changes(UUID job) {
      return withdrawn.containsKey(job) || adjusted.containsKey(job);
    }

    void add(JobWithdrawn withdrawal) {
      withdrawn.merge(
          withdrawal.job(),
          new Job.Withdrawal(withdrawal.reason(), !withdrawal.waitingOnly()),
          (a, b) -> new Job.Withdrawal(b.reason(), a.stop() || b.stop()));
    }
  }

  private record Done(
      JobQueue.Queued queued, List<ClaimResult> claimed, List<DecisionWriter.Written> written) {

    Done and(DecisionWriter.Written more) {
      List<DecisionWriter.Written> all = new ArrayList<>(written);
      all.add(more);
      return new Done(queued, claimed, all);
    }
  }

  private final JobQueue queue;
  private final LiveJobStore jobs;
  private final DecisionWriter writer;
  private final BacklogShedding shedding;
  private final Dispatcher dispatcher;
  private final ClaimJobs claimJobs;
  private final Outbox outbox;
  private final BrokerMetrics metrics;
  private final InstantSource clock;
  private final FairShare share;

  JobIntake(
      JobQueue queue,
      LiveJobStore jobs,
      DecisionWriter writer,
      BacklogShedding shedding,
      Dispatcher dispatcher,
      ClaimJobs claimJobs,
      Outbox outbox,
      BrokerMetrics metrics,
      InstantSource clock,
      BrokerConfig config) {
    this.queue = queue;
    this.jobs = jobs;
    this.writer = writer;
    this.shedding = shedding;
    this.dispatcher = dispatcher;
    this.claimJobs = claimJobs;
    this.outbox = outbox;
    this.metrics = metrics;
    this.clock = clock;
    this.share = config.fairShare();
  }

  /** Handles a batch of events; the same batch may come again. */
  public Uni<Void> handle(List<Event> events) {
    List<Segment> segments = segments(events);
    if (segments.size() == 1) {
      return handle(segments.get(0));
    }
    return Multi.createFrom()
        .iterable(segments)
        .onItem()
        .transformToUniAndConcatenate(this::handle)
        .collect()
        .asList()
        .replaceWithVoid();
  }

  private static List<Segment> segments(List<Event> events) {
    List<Segment> segments = new ArrayList<>();
    Segment current = new Segment();
    segments.add(current);
    for (Event event : events) {
      if (event instanceof JobDefined defined) {
        if (current.changes(defined.job())) {
          // The job is defined again after a change to its former definition.
          current = new Segment();
          segments.add(current);
        }
        current.defined.add(defined);
      } else if (event instanceof JobAdjusted adjusted) {
        current.adjusted.put(adjusted.job(), adjusted);
      } else if (event instanceof JobWithdrawn withdrawn) {
        current.add(withdrawn);
      }
    }
    return segments;
  }

  private Uni<Void> handle(Segment segment) {
    ClaimBatch batch = dispatcher.takeForNewJobs(segment.defined.size());
    return outbox
        .transact(tx -> store(tx, segment, batch))
        .onFailure()
        .invoke(() -> dispatcher.claimFailed(batch))
        .invoke(done -> committed(done, batch))
        .replaceWithVoid()
        .onFailure(failure -> !batch.isEmpty() && !TransientFailures.isTransient(failure))
        .recoverWithUni(failure -> handleWithoutClaim(segment, failure));
  }

  // Jobs must get into the queue even if the claim in their transaction fails.
  private Uni<Void> handleWithoutClaim(Segment segment, Throwable failure) {
    LOG.warnf("jobs are queued first and claimed later: %s", failure.getMessage());
    ClaimBatch empty = dispatcher.takeForNewJobs(0);
    return outbox
        .transact(tx -> store(tx, segment, empty))
        .invoke(done -> committed(done, empty))
        .replaceWithVoid();
  }

  private Uni<Done> store(Tx tx, Segment segment, ClaimBatch batch) {
    Uni<JobQueue.Queued> defined =
        segment.defined.isEmpty()
            ? Uni.createFrom().item(JobQueue.Queued.NOTHING)
            : queue.define(tx, segment.defined, share);
    if (segment.hasOnlyDefinitions()) {
      // Both are sent at once; the claim sees what was queued before it.
      return Uni.combine()
          .all()
          .unis(defined, claimJobs.claim(tx, batch.requests()))
          .asTuple()
          .flatMap(both -> shed(tx, new Done(both.getItem1(), both.getItem2(), List.of())));
    }
    Uni<List<DecisionWriter.Written>> changed =
        adjust(tx, segment.adjusted.values()).chain(() -> withdraw(tx, segment.withdrawn));
    return defined.flatMap(
        queued ->
            changed.flatMap(
                written ->
                    (queued.jobs() == 0
                            ? Uni.createFrom().item(List.<ClaimResult>of())
                            : claimJobs.claim(tx, batch.requests()))
                        .flatMap(claimed -> shed(tx, new Done(queued, claimed, written)))));
  }

  // Shedding comes last: jobs that a pilot takes at once do not count as backlog, and a transaction
  // that sheds does not wait for any other.
  private Uni<Done> shed(Tx tx, Done done) {
    return done.queued().limitedTypes().isEmpty()
        ? Uni.createFrom().item(done)
        : shedding.afterQueueing(tx, done.queued().limitedTypes()).map(done::and);
  }

  private Uni<Void> adjust(Tx tx, Collection<JobAdjusted> adjusted) {
    return adjusted.isEmpty() ? Uni.createFrom().voidItem() : queue.adjust(tx, adjusted);
  }

  private Uni<List<DecisionWriter.Written>> withdraw(Tx tx, Map<UUID, Job.Withdrawal> withdrawn) {
    if (withdrawn.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Instant now = clock.instant();
    return jobs.lock(tx, withdrawn.keySet())
        .map(
            locked ->
                writer.write(
                    tx, locked.stream().map(job -> decide(job, withdrawn, now)).toList(), now))
        .map(List::of);
  }

  private static Decision decide(Job job, Map<UUID, Job.Withdrawal> withdrawn, Instant now) {
    Job.Withdrawal unwanted = withdrawn.get(job.uuid());
    return unwanted == null ? new Decision.NoChange() : job.withdraw(unwanted, now);
  }

  private void committed(Done done, ClaimBatch batch) {
    metrics.defined(done.queued().jobs());
    done.written().forEach(writer::committed);
    done.written().forEach(shedding::committed);
    dispatcher.claimDone(batch, done.claimed());
    long given =
        done.claimed().stream().filter(result -> result.kind() == ClaimResult.Kind.NEW).count();
    if (given < done.queued().jobs()
        || done.written().stream().anyMatch(DecisionWriter.Written::mayAllowClaim)) {
      dispatcher.queueChangedEverywhere();
    }
  }
}
