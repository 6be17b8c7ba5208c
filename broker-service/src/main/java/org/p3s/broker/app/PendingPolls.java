package org.p3s.broker.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/**
 * The long polls that wait for a job. A waiting poll is an entry of a map and nothing else: it
 * holds no thread, no connection and no transaction. Each poll is in at most one claim at a time.
 * Of the claims that {@link #beginClaim} begins, one runs at a time; claims for new jobs ({@link
 * #takeForNewJobs}) may run beside it.
 *
 * <p>A claim looks at the polls that no claim has looked at yet, and at polls of the kinds that are
 * due ({@link SlotGroups}).
 *
 * <p>Thread-safe: every method holds the lock of this object. Polls are answered by the caller,
 * after the lock was released.
 */
final class PendingPolls {

  /** What the caller has to do when a claim has ended: answer polls, and requeue jobs. */
  record AfterClaim(List<Runnable> answers, List<ClaimedJob> jobsOfClosedPolls) {}

  private final NoMatchCache noMatches;
  private final Map<SlotRequest.SlotId, PendingPoll> bySlot = new HashMap<>();
  private final SlotGroups groups = new SlotGroups();
  private final Set<PendingPoll> untried = new LinkedHashSet<>();
  private boolean claiming;
  private boolean closed;

  PendingPolls(NoMatchCache noMatches) {
    this.noMatches = noMatches;
  }

  synchronized int size() {
    return bySlot.size();
  }

  /** The kinds of idle polls, each with the latest end of a pilot's life; MAX for one without. */
  synchronized Map<SlotRequest.Kind, Instant> latestPilotEnds() {
    return groups.latestPilotEnds();
  }

  /**
   * Adds a poll. A claim will look for a job for it, unless the cache knows that there is none.
   *
   * @return an older poll of the same slot, which the new one replaces, to be answered; or null
   */
  synchronized @Nullable PendingPoll add(PendingPoll poll) {
    if (closed) {
      throw new ProblemException(
          CommonProblem.UNAVAILABLE, "The broker is stopping. Ask again in a moment.");
    }
    // Asked under the lock: a change of the queue after this marks the new poll's kind as due.
    boolean tried = noMatches.takeInformed(poll.request.slotId());
    PendingPoll older = bySlot.put(poll.request.slotId(), poll);
    groups.addIdle(poll);
    if (!tried) {
      untried.add(poll);
    }
    if (older != null) {
      older.removed = true;
      removeIdle(older);
    }
    return older;
  }

  /** Removes a poll whose client closed it, or that was answered. */
  synchronized void remove(PendingPoll poll) {
    poll.removed = true;
    removeIdle(poll);
    bySlot.remove(poll.request.slotId(), poll);
  }

  /**
   * The poll's wait is over.
   *
   * @return true if it is to be answered now; false if it was answered, or if a claim has to look
   *     for a job for it first: even a poll that does not wait at all gets one claim
   */
  synchronized boolean waitOver(PendingPoll poll) {
    if (poll.removed) {
      return false;
    }
    if (poll.inClaim || untried.contains(poll)) {
      poll.waitOver = true;
      return false;
    }
    remove(poll);
    return true;
  }

  /**
   * Accepts no more polls and removes those that are in no claim; the others are answered when
   * their claim ends.
   *
   * @return the removed polls, to be answered
   */
  synchronized List<PendingPoll> close() {
    closed = true;
    List<PendingPoll> idle = new ArrayList<>();
    for (PendingPoll poll : bySlot.values()) {
      if (poll.inClaim) {
        poll.waitOver = true;
      } else {
        idle.add(poll);
      }
    }
    idle.forEach(this::remove);
    return idle;
  }

  /** The queue changed: polls of every kind may find a job. */
  synchronized void queueChanged() {
    groups.markAllDue();
  }

  /** Makes the next claim look for polls of these pilots, though one has looked before. */
  synchronized void tryAgain(Collection<UUID> pilots) {
    if (!pilots.isEmpty()) {
      bySlot.values().stream()
          .filter(poll -> pilots.contains(poll.request.pilot()) && !poll.inClaim)
          .forEach(untried::add);
    }
  }

  /**
   * Begins a claim, if none is running and there is a poll to look at.
   *
   * @param most so many polls at most
   * @return null if there is nothing to claim now; else {@link #claimDone} or {@link #claimFailed}
   *     must follow, and {@link #claimEnded()}
   */
  synchronized @Nullable ClaimBatch beginClaim(int most) {
    if (claiming) {
      return null;
    }
    ClaimBatch batch = takeForClaim(most);
    if (batch.isEmpty()) {
      return null;
    }
    claiming = true;
    return batch;
  }

  /** Another claim may begin. */
  synchronized void claimEnded() {
    claiming = false;
  }

  /** Takes polls of kinds that are due, and polls that are untried; neither excludes the other. */
  synchronized ClaimBatch takeForClaim(int most) {
    int mostDue = most - Math.min(untried.size(), most / 2);
    SlotGroups.Selection selection = groups.selectDue(mostDue);
    List<PendingPoll> taken = new ArrayList<>(selection.polls());
    taken.forEach(this::moveToClaim);
    List<PendingPoll> fresh = untried.stream().limit(most - taken.size()).toList();
    fresh.forEach(this::moveToClaim);
    taken.addAll(fresh);
    return new ClaimBatch(taken, selection.kinds(), noMatches.version());
  }

  /**
   * Takes polls for the claim in a transaction that queues new jobs.
   *
   * @param mostOfEach so many of each kind at most: as many as there are new jobs
   * @param most so many in all
   */
  synchronized ClaimBatch takeForNewJobs(int mostOfEach, int most) {
    List<PendingPoll> taken = mostOfEach == 0 ? List.of() : groups.select(mostOfEach, most);
    taken.forEach(this::moveToClaim);
    return new ClaimBatch(taken, Set.of(), noMatches.version());
  }

  /** Takes back the polls of a claim that has been committed. */
  synchronized AfterClaim claimDone(ClaimBatch batch, List<ClaimResult> results) {
    Map<Integer, ClaimResult> byIndex = new HashMap<>();
    results.forEach(result -> byIndex.put(result.index(), result));
    List<Runnable> answers = new ArrayList<>();
    List<ClaimedJob> jobsOfClosedPolls = new ArrayList<>();
    Set<SlotRequest.Kind> successful = new HashSet<>();
    for (int i = 0; i < batch.polls().size(); i++) {
      PendingPoll poll = batch.polls().get(i);
      ClaimResult result = byIndex.get(i);
      if (result == null) {
        noMatches.noMatchFound(poll.request, batch.cacheVersion());
        if (putBack(poll, true)) {
          answers.add(() -> poll.answer(null));
        }
        continue;
      }
      noMatches.forget(poll.request.slotId());
      boolean isNew = result.kind() == ClaimResult.Kind.NEW;
      if (isNew && batch.dueKinds().contains(poll.kind)) {
        successful.add(poll.kind);
      }
      if (served(poll)) {
        answers.add(() -> poll.answer(result));
      } else if (!retryNewerRequest(poll) && isNew && result.job() != null) {
        jobsOfClosedPolls.add(result.job());
      }
    }
    // Where some polls of a kind found a job, others of this kind may find one, too.
    groups.markDue(successful);
    return new AfterClaim(answers, jobsOfClosedPolls);
  }

  /**
   * Takes back the polls of a claim that failed; the next claim looks at them again.
   *
   * @return the polls whose wait is over, to be answered
   */
  synchronized List<PendingPoll> claimFailed(ClaimBatch batch) {
    List<PendingPoll> over = new ArrayList<>();
    for (PendingPoll poll : batch.polls()) {
      if (putBack(poll, false)) {
        over.add(poll);
      }
    }
    return over;
  }

  /**
   * The claim found nothing for the poll, or failed.
   *
   * @param tried false if the claim failed
   * @return true if the poll's wait is over and it is to be answered
   */
  private boolean putBack(PendingPoll poll, boolean tried) {
    if (!poll.removed && !poll.waitOver) {
      groups.addIdle(poll);
      if (!tried) {
        untried.add(poll);
      }
    }
    backFromClaim(poll);
    if (poll.removed || !poll.waitOver) {
      return false;
    }
    remove(poll);
    return true;
  }

  /** The claim found something for the poll. True if it can be answered, false if it is closed. */
  private boolean served(PendingPoll poll) {
    backFromClaim(poll);
    if (poll.removed) {
      return false;
    }
    poll.removed = true;
    bySlot.remove(poll.request.slotId(), poll);
    return true;
  }

  /** True if the slot has sent a newer request; a claim will give that one the job of the slot. */
  private boolean retryNewerRequest(PendingPoll poll) {
    PendingPoll newer = bySlot.get(poll.request.slotId());
    if (newer == null || newer == poll) {
      return false;
    }
    if (!newer.inClaim) {
      untried.add(newer);
    }
    return true;
  }

  private void moveToClaim(PendingPoll poll) {
    untried.remove(poll);
    groups.moveToClaim(poll);
    poll.inClaim = true;
  }

  private void backFromClaim(PendingPoll poll) {
    poll.inClaim = false;
    groups.backFromClaim(poll);
  }

  private void removeIdle(PendingPoll poll) {
    untried.remove(poll);
    groups.removeIdle(poll);
  }
}
