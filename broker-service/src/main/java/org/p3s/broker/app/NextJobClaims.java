package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.platform.outbox.Tx;

/**
 * Claims next jobs for pilots that ask for one with their finish report, in the transaction that
 * accepts the reports.
 */
@ApplicationScoped
class NextJobClaims {

  /**
   * A report that asks for a job.
   *
   * @param report its index in the batch of reports
   * @param slotIsFree true if the slot holds no job now; false if it may hold one
   */
  record Ask(int report, SlotRequest request, boolean slotIsFree) {}

  /**
   * What a batch of reports got.
   *
   * @param asks those for which the claim looked for a job
   * @param skipped requests that needed no claim, because it was known that there is no job
   * @param results by index in {@code asks}
   */
  record Claimed(
      List<Ask> asks, List<SlotRequest> skipped, List<ClaimResult> results, long cacheVersion) {

    /** The jobs, by the index of the report. */
    Map<Integer, ClaimedJob> jobsByReport() {
      Map<Integer, ClaimedJob> jobs = new HashMap<>();
      for (ClaimResult result : results) {
        if (result.job() != null) {
          jobs.put(asks.get(result.index()).report(), result.job());
        }
      }
      return jobs;
    }
  }

  private final NoMatchCache noMatches;
  private final ClaimJobs claimJobs;

  NextJobClaims(NoMatchCache noMatches, ClaimJobs claimJobs) {
    this.noMatches = noMatches;
    this.claimJobs = claimJobs;
  }

  /** Claims by one statement; of several asks for one slot only the first counts. */
  Uni<Claimed> claim(Tx tx, List<Ask> asks) {
    long version = noMatches.version();
    List<Ask> toClaim = new ArrayList<>();
    List<SlotRequest> skipped = new ArrayList<>();
    Set<SlotRequest.SlotId> slots = new HashSet<>();
    for (Ask ask : asks) {
      if (slots.add(ask.request().slotId())) {
        // A slot that may hold a job has to ask, to get that job again.
        if (ask.slotIsFree() && noMatches.hasNoMatchFor(ask.request())) {
          skipped.add(ask.request());
        } else {
          toClaim.add(ask);
        }
      }
    }
    return claimJobs
        .claim(tx, toClaim.stream().map(Ask::request).toList())
        .map(results -> new Claimed(toClaim, skipped, results, version));
  }

  /**
   * Counts, and remembers which requests got nothing, so that the polls that follow cause no claim
   * as long as the queue does not change. To be called after the commit.
   */
  void committed(Claimed claimed) {
    claimJobs.count(claimed.results());
    long version = claimed.cacheVersion();
    claimed.skipped().forEach(request -> noMatches.informed(request.slotId(), version));
    Set<Integer> answered =
        claimed.results().stream().map(ClaimResult::index).collect(Collectors.toSet());
    for (int i = 0; i < claimed.asks().size(); i++) {
      if (!answered.contains(i)) {
        SlotRequest request = claimed.asks().get(i).request();
        noMatches.noMatchFound(request, version);
        noMatches.informed(request.slotId(), version);
      }
    }
  }
}
