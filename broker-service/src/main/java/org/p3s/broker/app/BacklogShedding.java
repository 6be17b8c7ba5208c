package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.JobState;
import org.p3s.platform.ServiceLog;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.outbox.Tx;

/**
 * Drops waiting jobs over the backlog limits of their types: in the transaction that queues jobs,
 * when a limit is set, and by a sweep. The sweep covers what several replicas queue at the same
 * time, and jobs that are requeued. The service log gets one line for each sweep, not for each
 * batch.
 */
@ApplicationScoped
public class BacklogShedding {

  // A step sorts all waiting jobs of a type, so it should drop many.
  private static final int STEP_PER_SWEEP = 10;

  private final JobtypeLimits limits;
  private final DecisionWriter writer;
  private final Outbox outbox;
  private final ServiceLog log;
  private final InstantSource clock;
  private final int step;
  private final Map<String, Integer> toLog = new ConcurrentSkipListMap<>();

  BacklogShedding(
      JobtypeLimits limits,
      DecisionWriter writer,
      Outbox outbox,
      ServiceLog log,
      InstantSource clock,
      BrokerConfig config) {
    this.limits = limits;
    this.writer = writer;
    this.outbox = outbox;
    this.log = log;
    this.clock = clock;
    this.step = STEP_PER_SWEEP * config.batch().sweep();
  }

  /** In the transaction that queued jobs of these types; a large excess is left to the sweep. */
  Uni<DecisionWriter.Written> afterQueueing(Tx tx, Collection<String> types) {
    return shed(tx, types, false);
  }

  /** After a limit was set: drops as many jobs as one step can, the sweep drops the rest. */
  public Uni<Void> afterLimitChange(String jobtype) {
    return step(List.of(jobtype)).replaceWithVoid();
  }

  /** Drops all jobs over the limits, and logs how many. */
  Uni<Void> sweep() {
    return step(null)
        .flatMap(dropped -> dropped < step ? Uni.createFrom().voidItem() : sweep())
        .eventually(this::writeLog);
  }

  /** Notes the dropped jobs for the service log; to be called after the commit. */
  void committed(DecisionWriter.Written written) {
    for (Decision.End end : written.ends()) {
      String reason = end.reason();
      if (end.state() == JobState.DROPPED && reason != null && !reason.equals(Job.STALE)) {
        toLog.merge(reason, 1, Integer::sum);
      }
    }
  }

  private Uni<Integer> step(@Nullable List<String> types) {
    return outbox
        .transact(
            tx ->
                (types == null ? limits.typesWithBacklogLimit(tx) : Uni.createFrom().item(types))
                    .flatMap(limited -> shed(tx, limited, true)))
        .map(
            written -> {
              writer.committed(written);
              committed(written);
              return written.ends().size();
            });
  }

  private Uni<DecisionWriter.Written> shed(
      Tx tx, Collection<String> types, boolean evenLargeExcess) {
    Instant now = clock.instant();
    return (types.isEmpty()
            ? Uni.createFrom().item(List.<JobtypeLimits.Excess>of())
            : limits.lockExcess(tx, types, step, evenLargeExcess))
        .map(
            excess ->
                writer.write(
                    tx,
                    excess.stream().map(e -> e.job().shed(e.rule(), e.limit(), now)).toList(),
                    now));
  }

  private void writeLog() {
    Map<String, Integer> counts = new TreeMap<>();
    toLog.keySet().forEach(reason -> counts.put(reason, takeCount(reason)));
    if (!counts.isEmpty()) {
      log.warn(
          counts.entrySet().stream()
              .map(entry -> entry.getValue() + " jobs dropped: " + entry.getKey())
              .collect(Collectors.joining("; ")));
    }
  }

  private int takeCount(String reason) {
    Integer count = toLog.remove(reason);
    return count == null ? 0 : count;
  }
}
