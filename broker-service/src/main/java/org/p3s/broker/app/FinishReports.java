package org.p3s.broker.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.LiveJobStore.EndedAttempt;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.FinishReport;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.TransientFailures;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Accepts the reports of pilots about how payloads ended, and claims their next jobs. Reports that
 * come while others are written are written together. Each report is accepted once; a repeat gets
 * the same answer.
 */
@ApplicationScoped
public class FinishReports {

  private static final Logger LOG = Logger.getLogger(FinishReports.class);

  /**
   * The report asks for the next job.
   *
   * @param labels null: the same as in the last request of this slot
   */
  public record NextJobRequest(
      UUID requestId,
      String site,
      @Nullable Map<String, String> labels,
      @Nullable Long remainingS) {}

  /**
   * A finish report with all that comes with it.
   *
   * @param dqmProblem why the pilot could not send the payload's {@code dqm.json}
   */
  public record FinishRequest(
      FinishReport report,
      ReportDetails details,
      @Nullable JsonNode dqm,
      @Nullable String dqmProblem,
      @Nullable NextJobRequest next) {}

  private record FinishOutcome(Decision decision, @Nullable ClaimedJob next) {}

  /** What the transaction did. */
  private record Done(
      FinishDecisions decided, DecisionWriter.Written written, NextJobClaims.Claimed claimed) {

    List<FinishOutcome> outcomes() {
      Map<Integer, ClaimedJob> next = claimed.jobsByReport();
      List<FinishOutcome> outcomes = new ArrayList<>(decided.decisions().size());
      for (int i = 0; i < decided.decisions().size(); i++) {
        outcomes.add(new FinishOutcome(decided.decisions().get(i), next.get(i)));
      }
      return outcomes;
    }
  }

  private final LiveJobStore jobs;
  private final DecisionWriter writer;
  private final NextJobClaims nextJobs;
  private final Dispatcher dispatcher;
  private final Outbox outbox;
  private final ServiceLog log;
  private final BrokerMetrics metrics;
  private final InstantSource clock;
  private final RequestBatcher<FinishRequest, FinishOutcome> batcher;

  FinishReports(
      LiveJobStore jobs,
      DecisionWriter writer,
      NextJobClaims nextJobs,
      Dispatcher dispatcher,
      Outbox outbox,
      ServiceLog log,
      BrokerMetrics metrics,
      InstantSource clock,
      BrokerConfig config) {
    this.jobs = jobs;
    this.writer = writer;
    this.nextJobs = nextJobs;
    this.dispatcher = dispatcher;
    this.outbox = outbox;
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.batcher = new RequestBatcher<>(config.batch().reports(), this::finishAll);
  }

  /**
   * Accepts a report; fails with lease-lost if the job ended otherwise or has a newer holder.
   *
   * @return the next job, if one was asked for and there is one
   */
  public Uni<@Nullable ClaimedJob> finish(FinishRequest request) {
    return batcher
        .submit(request)
        .invoke(outcome -> LeaseRefusal.throwIfLost(outcome.decision(), metrics))
        .map(FinishOutcome::next);
  }

  private Uni<List<FinishOutcome>> finishAll(List<FinishRequest> batch) {
    return finishAll(batch, true)
        .onFailure(failure -> !TransientFailures.isTransient(failure))
        .recoverWithUni(
            failure -> {
              // A report must be accepted even if the claim in its transaction fails.
              LOG.warnf("finish reports are written without a claim: %s", failure.getMessage());
              return finishAll(batch, false);
            });
  }

  private Uni<List<FinishOutcome>> finishAll(List<FinishRequest> batch, boolean claim) {
    Instant now = clock.instant();
    return outbox
        .transact(tx -> write(tx, batch, claim, now))
        .invoke(this::committed)
        .map(Done::outcomes);
  }

  private Uni<Done> write(Tx tx, List<FinishRequest> batch, boolean claim, Instant now) {
    Set<UUID> ids = new HashSet<>();
    batch.forEach(request -> ids.add(request.report().job()));
    return jobs.lock(tx, ids)
        .map(FinishReports::byUuid)
        .flatMap(
            locked ->
                endedAttempts(tx, batch, locked)
                    .flatMap(
                        ended ->
                            write(tx, FinishDecisions.of(batch, locked, ended, now), claim, now)));
  }

  private Uni<Done> write(Tx tx, FinishDecisions decided, boolean claim, Instant now) {
    tx.emit(decided.dqmResults());
    DecisionWriter.Written written = writer.write(tx, decided.decisions(), decided.reported(), now);
    return nextJobs
        .claim(tx, claim ? decided.asks() : List.of())
        .map(claimed -> new Done(decided, written, claimed));
  }

  /** Ended attempts are read only for reports about jobs that the pilot does not hold. */
  private Uni<Map<UUID, List<EndedAttempt>>> endedAttempts(
      Tx tx, List<FinishRequest> batch, Map<UUID, Job> locked) {
    Set<UUID> unknown = new HashSet<>();
    for (FinishRequest request : batch) {
      Job job = locked.get(request.report().job());
      Holder holder = job == null ? null : job.holder();
      if (holder == null || !holder.is(request.report().pilot(), request.report().lease())) {
        unknown.add(request.report().job());
      }
    }
    if (unknown.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return jobs.endedAttempts(tx, unknown)
        .map(
            found -> {
              Map<UUID, List<EndedAttempt>> byJob = new HashMap<>();
              found.forEach(
                  attempt ->
                      byJob.computeIfAbsent(attempt.job(), job -> new ArrayList<>()).add(attempt));
              return byJob;
            });
  }

  private void committed(Done done) {
    done.decided().warnings().forEach(log::warn);
    nextJobs.committed(done.claimed());
    writer.committed(done.written());
    if (done.written().mayAllowClaim()) {
      dispatcher.queueChangedEverywhere();
    }
  }

  private static Map<UUID, Job> byUuid(List<Job> jobs) {
    Map<UUID, Job> result = new HashMap<>();
    jobs.forEach(job -> result.put(job.uuid(), job));
    return result;
  }
}
