package org.p3s.broker.app;

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
import java.util.stream.Collectors;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Accepts the reports of pilots that payloads run, which confirms that the pilots hold the jobs.
 * Reports that come while others are written are written together.
 */
@ApplicationScoped
public class StartReports {

  /** The payload of a job runs. */
  public record StartRequest(UUID job, long lease, UUID pilot, ReportDetails details) {}

  private record Done(List<Decision> decisions, DecisionWriter.Written written) {}

  private final LiveJobStore jobs;
  private final DecisionWriter writer;
  private final Outbox outbox;
  private final BrokerMetrics metrics;
  private final InstantSource clock;
  private final RequestBatcher<StartRequest, Decision> batcher;

  StartReports(
      LiveJobStore jobs,
      DecisionWriter writer,
      Outbox outbox,
      BrokerMetrics metrics,
      InstantSource clock,
      BrokerConfig config) {
    this.jobs = jobs;
    this.writer = writer;
    this.outbox = outbox;
    this.metrics = metrics;
    this.clock = clock;
    this.batcher = new RequestBatcher<>(config.batch().reports(), this::startAll);
  }

  /** Accepts a report; fails with lease-lost if the pilot does not hold the job any more. */
  public Uni<Void> start(StartRequest request) {
    return batcher
        .submit(request)
        .invoke(decision -> LeaseRefusal.throwIfLost(decision, metrics))
        .replaceWithVoid();
  }

  private Uni<List<Decision>> startAll(List<StartRequest> batch) {
    Instant now = clock.instant();
    return outbox
        .transact(
            tx ->
                jobs.lock(tx, batch.stream().map(StartRequest::job).collect(Collectors.toSet()))
                    .map(locked -> write(tx, batch, locked, now)))
        .invoke(done -> writer.committed(done.written()))
        .map(Done::decisions);
  }

  private Done write(Tx tx, List<StartRequest> batch, List<Job> locked, Instant now) {
    List<Decision> decisions = decide(batch, locked, now);
    Map<UUID, ReportDetails> reported = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      if (decisions.get(i) instanceof Decision.Start) {
        reported.put(batch.get(i).job(), batch.get(i).details());
      }
    }
    return new Done(decisions, writer.write(tx, decisions, reported, now));
  }

  private static List<Decision> decide(List<StartRequest> batch, List<Job> locked, Instant now) {
    Map<UUID, Job> byUuid = new HashMap<>();
    locked.forEach(job -> byUuid.put(job.uuid(), job));
    List<Decision> decisions = new ArrayList<>(batch.size());
    Set<UUID> started = new HashSet<>();
    for (StartRequest request : batch) {
      Job job = byUuid.get(request.job());
      Decision decision =
          job == null
              ? LeaseRefusal.noLiveJob(request.job())
              : job.start(request.pilot(), request.lease(), now);
      boolean twiceInBatch = decision instanceof Decision.Start && !started.add(request.job());
      decisions.add(twiceInBatch ? new Decision.Repeat() : decision);
    }
    return decisions;
  }
}
