package org.p3s.broker.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.JobStore.Details;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.Text;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.outbox.Tx;

/** Stores decisions in sets, and says in the same transaction what happened. */
@ApplicationScoped
public class Keeper {

  /** What was stored, for what is to be done after the commit. */
  public record Stored(
      List<Decision.End> ends, List<Decision.Requeue> requeues, List<Decision.Run> runs) {

    /** True if a waiting job may be claimed now that could not before. */
    public boolean opensSomething() {
      return !requeues.isEmpty() || ends.stream().anyMatch(e -> e.job().limited());
    }
  }

  private final JobStore jobs;
  private final Meters meters;
  private final BrokerConfig config;

  Keeper(JobStore jobs, Meters meters, BrokerConfig config) {
    this.jobs = jobs;
    this.meters = meters;
    this.config = config;
  }

  Stored store(Tx tx, List<? extends Decision> decisions, Instant now) {
    return store(tx, decisions, Map.of(), now);
  }

  /**
   * Stores decisions about jobs that this transaction has locked; at most one per job. What is sent
   * in the transaction after this call sees them.
   */
  Stored store(Tx tx, List<? extends Decision> decisions, Map<UUID, Details> details, Instant now) {
    Stored stored =
        new Stored(
            only(Decision.End.class, decisions),
            only(Decision.Requeue.class, decisions),
            only(Decision.Run.class, decisions));
    List<Decision.Mark> marks = only(Decision.Mark.class, decisions);
    stored.runs().forEach(run -> tx.emit(running(run, details)));
    stored.requeues().forEach(requeue -> tx.emit(requeued(requeue, now)));
    stored.ends().forEach(end -> tx.emit(finished(end, details)));
    if (!stored.runs().isEmpty()) {
      tx.pipeline(jobs.run(tx, stored.runs(), details));
    }
    if (!stored.requeues().isEmpty()) {
      tx.pipeline(jobs.requeue(tx, stored.requeues()));
    }
    if (!marks.isEmpty()) {
      tx.pipeline(jobs.mark(tx, marks));
    }
    if (!stored.ends().isEmpty()) {
      tx.pipeline(jobs.end(tx, stored.ends(), details));
    }
    return stored;
  }

  /** To be called after the commit. */
  void committed(Stored stored) {
    stored.ends().forEach(meters::ended);
    stored.runs().forEach(run -> meters.started(run.job().tsDis(), run.at()));
    meters.requeued(stored.requeues().size());
  }

  private static <D extends Decision> List<D> only(
      Class<D> type, List<? extends Decision> decisions) {
    List<D> result = new ArrayList<>();
    for (Decision decision : decisions) {
      if (type.isInstance(decision)) {
        result.add(type.cast(decision));
      }
    }
    return result;
  }

  private static JobProgress running(Decision.Run run, Map<UUID, Details> details) {
    Details said = details.getOrDefault(run.job().uuid(), Details.NONE);
    return progress(run.job(), JobProgress.State.RUNNING, said, null, run.at());
  }

  private static JobProgress requeued(Decision.Requeue requeue, Instant now) {
    return progress(requeue.job(), JobProgress.State.REQUEUED, Details.NONE, requeue.reason(), now);
  }

  private static JobProgress progress(
      Job job, JobProgress.State state, Details said, @Nullable String reason, Instant at) {
    Holder holder = job.holder();
    return new JobProgress(
        job.uuid(),
        job.wfuuid(),
        job.node(),
        state,
        job.attempt(),
        holder == null ? 0 : holder.lease(),
        holder == null ? null : holder.pilot(),
        holder == null ? null : holder.site(),
        said.host(),
        said.pid(),
        said.workdir(),
        reason,
        at);
  }

  private JobFinished finished(Decision.End end, Map<UUID, Details> details) {
    Job job = end.job();
    Holder holder = job.holder();
    Details said = details.getOrDefault(job.uuid(), Details.NONE);
    int most = config.log().event();
    return new JobFinished(
        job.uuid(),
        job.wfuuid(),
        job.node(),
        job.jobtype(),
        JobEnd.of(end.state().text()),
        job.attempt(),
        holder == null ? 0 : holder.lease(),
        end.errcode(),
        end.signal(),
        end.reason(),
        holder == null ? null : holder.pilot(),
        holder == null ? null : holder.site(),
        said.host() == null && holder != null ? holder.host() : said.host(),
        said.pid() == null && holder != null ? holder.pid() : said.pid(),
        said.workdir() == null && holder != null ? holder.workdir() : said.workdir(),
        job.tsDis(),
        end.tsSta(),
        end.tsSto(),
        said.cpuS(),
        said.maxRssKib(),
        said.inputs(),
        said.outputs(),
        Text.tail(said.stdout(), most),
        Text.tail(said.stderr(), most));
  }
}
