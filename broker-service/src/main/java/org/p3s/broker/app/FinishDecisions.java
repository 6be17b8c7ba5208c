package org.p3s.broker.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.FinishReports.FinishRequest;
import org.p3s.broker.app.FinishReports.NextJobRequest;
import org.p3s.broker.app.LiveJobStore.EndedAttempt;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.FinishReport;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.DqmResult;

/**
 * What follows from a batch of finish reports.
 *
 * @param decisions one for each report, in their order
 * @param reported the details of the accepted reports, by job
 * @param dqmResults the results that came with them
 * @param warnings about results that could not be read
 * @param asks the requests for a next job
 */
record FinishDecisions(
    List<Decision> decisions,
    Map<UUID, ReportDetails> reported,
    List<DqmResult> dqmResults,
    List<String> warnings,
    List<NextJobClaims.Ask> asks) {

  private static final int MOST_WARNINGS = 5;

  /**
   * Decides about all reports.
   *
   * @param locked the live jobs among those reported
   * @param ended the ended attempts of jobs that the reporting pilot does not hold
   */
  static FinishDecisions of(
      List<FinishRequest> requests,
      Map<UUID, Job> locked,
      Map<UUID, List<EndedAttempt>> ended,
      Instant now) {
    FinishDecisions all =
        new FinishDecisions(
            new ArrayList<>(),
            new HashMap<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    for (FinishRequest request : requests) {
      FinishReport report = request.report();
      all.add(
          request,
          locked.get(report.job()),
          accepted(report, ended.getOrDefault(report.job(), List.of())),
          now);
    }
    return all;
  }

  private void add(
      FinishRequest request, @Nullable Job job, @Nullable EndedAttempt before, Instant now) {
    Decision decision = decide(request, job, before, now);
    int index = decisions.size();
    decisions.add(decision);
    NextJobRequest next = request.next();
    if (next != null && !(decision instanceof Decision.LeaseLost)) {
      // The slot of a job that ends just now holds no other job; that of a repeat may hold one.
      boolean slotIsFree = decision instanceof Decision.End;
      asks.add(
          new NextJobClaims.Ask(
              index, slotRequest(request.report(), next, job, before, now), slotIsFree));
    }
  }

  private Decision decide(
      FinishRequest request, @Nullable Job job, @Nullable EndedAttempt before, Instant now) {
    UUID uuid = request.report().job();
    if (before != null) {
      return new Decision.Repeat();
    }
    if (job == null) {
      return LeaseRefusal.noLiveJob(uuid);
    }
    Decision decision = job.finish(request.report(), now);
    if (decision instanceof Decision.End end) {
      if (reported.putIfAbsent(uuid, request.details()) != null) {
        // The same report twice in one batch.
        return new Decision.Repeat();
      }
      addDqmResults(request, end);
    }
    return decision;
  }

  private static @Nullable EndedAttempt accepted(FinishReport report, List<EndedAttempt> ended) {
    for (EndedAttempt attempt : ended) {
      Long lease = attempt.lease();
      if (attempt.reported()
          && lease != null
          && lease == report.lease()
          && report.pilot().equals(attempt.pilot())) {
        return attempt;
      }
    }
    return null;
  }

  private void addDqmResults(FinishRequest request, Decision.End end) {
    DqmResultReader.Read read =
        DqmResultReader.read(request.dqm(), request.dqmProblem(), end.job(), end.tsSto());
    dqmResults.addAll(read.results());
    List<String> skipped = read.skipped();
    if (!skipped.isEmpty()) {
      List<String> some = skipped.subList(0, Math.min(MOST_WARNINGS, skipped.size()));
      warnings.add("job " + end.job().uuid() + ": dqm.json not used: " + String.join("; ", some));
    }
  }

  private static SlotRequest slotRequest(
      FinishReport report,
      NextJobRequest next,
      @Nullable Job job,
      @Nullable EndedAttempt before,
      Instant now) {
    Holder holder = job == null ? null : job.holder();
    int slot = before != null ? before.slot() : holder == null ? 0 : holder.slot();
    Map<String, String> labels = next.labels();
    if (labels == null) {
      labels = holder == null ? Map.of() : holder.labels();
    }
    return new SlotRequest(
        report.pilot(),
        slot,
        next.requestId(),
        next.site(),
        labels,
        SlotRequest.endOfLife(next.remainingS(), now));
  }
}
