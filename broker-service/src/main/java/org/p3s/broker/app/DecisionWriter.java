package org.p3s.broker.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.domain.Decision;
import org.p3s.platform.outbox.Tx;

/** Stores decisions about jobs in sets, and emits their events in the same transaction. */
@ApplicationScoped
public class DecisionWriter {

  /** The decisions that were stored, for what has to be done after the commit. */
  public record Written(
      List<Decision.End> ends, List<Decision.Requeue> requeues, List<Decision.Start> starts) {

    /** True if a waiting job may be claimed now that could not be claimed before. */
    public boolean mayAllowClaim() {
      return !requeues.isEmpty() || ends.stream().anyMatch(end -> end.job().limited());
    }
  }

  private final LiveJobStore jobs;
  private final RunTimeRecorder runTimes;
  private final BrokerMetrics metrics;
  private final BrokerConfig config;

  DecisionWriter(
      LiveJobStore jobs, RunTimeRecorder runTimes, BrokerMetrics metrics, BrokerConfig config) {
    this.jobs = jobs;
    this.runTimes = runTimes;
    this.metrics = metrics;
    this.config = config;
  }

  Written write(Tx tx, List<? extends Decision> decisions, Instant now) {
    return write(tx, decisions, Map.of(), now);
  }

  /**
   * Stores decisions about jobs that this transaction has locked, at most one for each job.
   * Statements that are sent in the transaction after this call see them.
   *
   * @param reported what the pilots reported, by job
   */
  Written write(
      Tx tx, List<? extends Decision> decisions, Map<UUID, ReportDetails> reported, Instant now) {
    Written written =
        new Written(
            ofType(Decision.End.class, decisions),
            ofType(Decision.Requeue.class, decisions),
            ofType(Decision.Start.class, decisions));
    emit(tx, written, reported, now);
    if (!written.starts().isEmpty()) {
      tx.pipeline(jobs.storeStarts(tx, written.starts(), reported));
    }
    if (!written.requeues().isEmpty()) {
      tx.pipeline(jobs.requeue(tx, written.requeues()));
    }
    List<Decision.MarkWithdrawn> marks = ofType(Decision.MarkWithdrawn.class, decisions);
    if (!marks.isEmpty()) {
      tx.pipeline(jobs.markWithdrawn(tx, marks));
    }
    if (!written.ends().isEmpty()) {
      tx.pipeline(jobs.storeEnds(tx, written.ends(), reported));
    }
    return written;
  }

  private void emit(Tx tx, Written written, Map<UUID, ReportDetails> reported, Instant now) {
    for (Decision.Start start : written.starts()) {
      tx.emit(JobProgressEvents.running(start, of(start.job().uuid(), reported)));
    }
    for (Decision.Requeue requeue : written.requeues()) {
      tx.emit(JobProgressEvents.requeued(requeue, now));
    }
    for (Decision.End end : written.ends()) {
      tx.emit(JobFinishedEvents.of(end, of(end.job().uuid(), reported), config.log().event()));
    }
  }

  private static ReportDetails of(UUID job, Map<UUID, ReportDetails> reported) {
    return reported.getOrDefault(job, ReportDetails.NONE);
  }

  /** Counts the decisions, and learns run times from ended jobs; to be called after the commit. */
  void committed(Written written) {
    written.ends().forEach(metrics::ended);
    written.starts().forEach(start -> metrics.started(start.job().tsDis(), start.at()));
    metrics.requeued(written.requeues().size());
    runTimes.record(written.ends());
  }

  private static <D extends Decision> List<D> ofType(
      Class<D> type, List<? extends Decision> decisions) {
    return decisions.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
