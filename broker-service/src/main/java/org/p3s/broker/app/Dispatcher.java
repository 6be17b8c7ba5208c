package org.p3s.broker.app;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.TransientFailures;
import org.p3s.platform.outbox.Outbox;

/**
 * Starts claims, which bring pending polls and waiting jobs together. It is driven by events: a
 * claim runs when a poll comes, when a job is queued or requeued, and when another replica says so.
 * Events that come while a claim is running lead to one more claim, not to many.
 */
@ApplicationScoped
public class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class);
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

  private final PendingPolls polls;
  private final NoMatchCache noMatches;
  private final ClaimJobs claimJobs;
  private final Outbox outbox;
  private final ReplicaWakeups replicas;
  private final Vertx vertx;
  private final int mostRequests;

  Dispatcher(
      NoMatchCache noMatches,
      ClaimJobs claimJobs,
      Outbox outbox,
      ReplicaWakeups replicas,
      BrokerMetrics metrics,
      Vertx vertx,
      BrokerConfig config) {
    this.polls = new PendingPolls(noMatches);
    this.noMatches = noMatches;
    this.claimJobs = claimJobs;
    this.outbox = outbox;
    this.replicas = replicas;
    this.vertx = vertx;
    this.mostRequests = config.batch().slotRequests();
    metrics.pendingPolls(this::pendingPolls);
    replicas.onWakeup(this::queueChanged);
  }

  void start(@Observes StartupEvent event) {
    // Quarkus lets requests end before it stops, and would wait for every poll. So polls end first.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end-polls"));
  }

  /** Answers the polls of this replica without a job; pilots ask again, here or elsewhere. */
  void close() {
    polls.close().forEach(poll -> poll.answer(null));
  }

  void add(PendingPoll poll) {
    PendingPoll replaced = polls.add(poll);
    if (replaced != null) {
      replaced.answer(null);
    }
    claim();
  }

  /** The client closed the poll, or it was answered. */
  void remove(PendingPoll poll) {
    polls.remove(poll);
  }

  void waitOver(PendingPoll poll) {
    if (polls.waitOver(poll)) {
      poll.answer(null);
    }
  }

  /** There may be something to claim. */
  public void queueChanged() {
    noMatches.clear();
    polls.queueChanged();
    claim();
  }

  /** There may be something to claim, here or at other replicas. */
  public void queueChangedEverywhere() {
    queueChanged();
    replicas.wakeOthers();
  }

  /** These pilots ended: a claim looks at their polls, and answers them with that. */
  void pilotsEnded(Collection<UUID> pilots) {
    // A poll that is still to come must not be taken for one that was informed already.
    noMatches.clear();
    polls.tryAgain(pilots);
    claim();
  }

  /** The number of polls that wait at this replica. */
  public int pendingPolls() {
    return polls.size();
  }

  /** The kinds of slot requests that wait at this replica. */
  public Set<SlotRequest.Kind> waitingKinds() {
    return polls.latestPilotEnds().keySet();
  }

  /** The kinds of slot requests that wait here, each with the latest end of a pilot's life. */
  Map<SlotRequest.Kind, Instant> latestPilotEnds() {
    return polls.latestPilotEnds();
  }

  /**
   * Takes polls for a claim in the transaction of the caller, which queues jobs. The caller calls
   * {@link #claimDone} after the commit, or {@link #claimFailed}.
   */
  ClaimBatch takeForNewJobs(int jobs) {
    return polls.takeForNewJobs(jobs, mostRequests);
  }

  /** After the commit: answers polls, and requeues jobs that were claimed for closed polls. */
  void claimDone(ClaimBatch batch, List<ClaimResult> results) {
    claimJobs.count(results);
    PendingPolls.AfterClaim after = polls.claimDone(batch, results);
    after.answers().forEach(Runnable::run);
    if (!after.jobsOfClosedPolls().isEmpty()) {
      requeue(after.jobsOfClosedPolls());
    }
    claim();
  }

  /** The transaction failed: the polls wait on, and the next claim looks at them again. */
  void claimFailed(ClaimBatch batch) {
    polls.claimFailed(batch).forEach(poll -> poll.answer(null));
    claim();
  }

  private void claim() {
    ClaimBatch batch = polls.beginClaim(mostRequests);
    if (batch == null) {
      return;
    }
    outbox
        .transact(tx -> claimJobs.claim(tx, batch.requests()))
        .subscribe()
        .with(results -> claimed(batch, results), failure -> failed(batch, failure));
  }

  private void claimed(ClaimBatch batch, List<ClaimResult> results) {
    polls.claimEnded();
    claimDone(batch, results);
  }

  private void failed(ClaimBatch batch, Throwable failure) {
    if (TransientFailures.isTransient(failure)) {
      LOG.warnf(
          "claim for %d slot requests failed, trying again: %s",
          batch.polls().size(), failure.getMessage());
    } else {
      LOG.errorf(failure, "claim for %d slot requests failed, trying again", batch.polls().size());
    }
    claimFailed(batch);
    vertx.setTimer(
        PAUSE_AFTER_FAILURE_MILLIS,
        tick -> {
          polls.claimEnded();
          queueChanged();
        });
  }

  private void requeue(List<ClaimedJob> jobs) {
    claimJobs
        .requeue(jobs)
        .subscribe()
        .with(
            requeued -> queueChangedEverywhere(),
            failure ->
                LOG.warnf(
                    "%d jobs that were claimed for closed polls are requeued only when the time to"
                        + " confirm them is over: %s",
                    jobs.size(), failure.getMessage()));
  }
}
