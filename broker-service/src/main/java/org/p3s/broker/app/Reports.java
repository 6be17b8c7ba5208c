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
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.app.JobStore.Details;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Job;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.ProblemException;

/**
 * Pilots say that payloads run, and ask whether they should go on. What comes while others are
 * answered is answered together.
 */
@ApplicationScoped
public class Reports {

  /** The payload runs. */
  public record Start(UUID job, long lease, UUID pilot, Details details) {}

  private final JobStore jobs;
  private final Views views;
  private final Keeper keeper;
  private final Outbox outbox;
  private final Meters meters;
  private final InstantSource clock;
  private final RequestBatcher<Start, Decision> starts;
  private final RequestBatcher<UUID, Views.@Nullable Held> looks;

  Reports(
      JobStore jobs,
      Views views,
      Keeper keeper,
      Outbox outbox,
      Meters meters,
      InstantSource clock,
      BrokerConfig config) {
    this.jobs = jobs;
    this.views = views;
    this.keeper = keeper;
    this.outbox = outbox;
    this.meters = meters;
    this.clock = clock;
    this.starts = new RequestBatcher<>(config.batch().reports(), this::startAll);
    this.looks = new RequestBatcher<>(config.batch().reports(), this::lookAll);
  }

  /** Accepts a start; fails with lease-lost if the job is not the pilot's any more. */
  public Uni<Void> start(Start start) {
    return starts
        .submit(start)
        .invoke(decision -> Refusal.ifLost(decision, meters))
        .replaceWithVoid();
  }

  /** What the holder is to know about its job; fails with lease-lost if it is not the holder. */
  public Uni<Views.Held> look(UUID job, long lease, UUID pilot) {
    return looks
        .submit(job)
        .map(
            held -> {
              if (held == null || held.lease() != lease || !held.pilot().equals(pilot)) {
                throw new ProblemException(
                    BrokerProblem.LEASE_LOST,
                    "Lease " + lease + " of job " + job + " has ended. " + Refusal.STOP);
              }
              return held;
            });
  }

  private Uni<List<Views.@Nullable Held>> lookAll(List<UUID> asked) {
    return views
        .held(new HashSet<>(asked))
        .map(
            found -> {
              Map<UUID, Views.Held> byJob = new HashMap<>();
              found.forEach(held -> byJob.put(held.job(), held));
              List<Views.@Nullable Held> answers = new ArrayList<>();
              asked.forEach(job -> answers.add(byJob.get(job)));
              return answers;
            });
  }

  private Uni<List<Decision>> startAll(List<Start> batch) {
    Instant now = clock.instant();
    return outbox
        .transact(
            tx ->
                jobs.lock(tx, batch.stream().map(Start::job).collect(Collectors.toSet()))
                    .map(
                        locked -> {
                          List<Decision> decisions = decideStarts(batch, byUuid(locked), now);
                          Map<UUID, Details> details = new HashMap<>();
                          for (int i = 0; i < batch.size(); i++) {
                            if (decisions.get(i) instanceof Decision.Run) {
                              details.put(batch.get(i).job(), batch.get(i).details());
                            }
                          }
                          return Map.entry(decisions, keeper.store(tx, decisions, details, now));
                        }))
        .invoke(done -> keeper.committed(done.getValue()))
        .map(Map.Entry::getKey);
  }

  private static List<Decision> decideStarts(
      List<Start> batch, Map<UUID, Job> locked, Instant now) {
    List<Decision> decisions = new ArrayList<>(batch.size());
    Set<UUID> run = new HashSet<>();
    for (Start start : batch) {
      Job job = locked.get(start.job());
      Decision decision =
          job == null ? Refusal.ended(start.job()) : job.start(start.pilot(), start.lease(), now);
      boolean twice = decision instanceof Decision.Run && !run.add(start.job());
      decisions.add(twice ? new Decision.Repeat() : decision);
    }
    return decisions;
  }

  private static Map<UUID, Job> byUuid(List<Job> jobs) {
    Map<UUID, Job> result = new HashMap<>();
    jobs.forEach(job -> result.put(job.uuid(), job));
    return result;
  }
}
