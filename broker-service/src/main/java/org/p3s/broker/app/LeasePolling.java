package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.platform.RequestBatcher;
import org.p3s.platform.problem.ProblemException;

/**
 * Answers pilots that ask about a job they hold: whether they still hold it, whether its payload is
 * to stop, and whether somebody follows its log. A request may wait, so that the pilot is informed
 * at once. Requests that come while others are answered are answered together.
 */
@ApplicationScoped
public class LeasePolling {

  private final JobQueries jobs;
  private final JobSignals signals;
  private final RequestBatcher<UUID, JobQueries.@Nullable LeaseView> batcher;

  LeasePolling(JobQueries jobs, JobSignals signals, BrokerConfig config) {
    this.jobs = jobs;
    this.signals = signals;
    this.batcher = new RequestBatcher<>(config.batch().reports(), this::readAll);
  }

  /**
   * Answers when there is something to do for the pilot, or when the wait is over; fails with
   * lease-lost if the pilot does not hold the job.
   */
  public Uni<JobQueries.LeaseView> poll(UUID job, long lease, UUID pilot, Duration wait) {
    if (wait.isZero()) {
      return read(job, lease, pilot);
    }
    return Uni.createFrom()
        .deferred(
            () -> {
              JobSignals.Subscription subscription = signals.subscribe(job);
              return read(job, lease, pilot)
                  .flatMap(
                      view ->
                          view.stop() || view.follow() || signals.closed()
                              ? Uni.createFrom().item(view)
                              : subscription.next(wait).chain(() -> read(job, lease, pilot)))
                  .onTermination()
                  .invoke(subscription::close);
            });
  }

  private Uni<JobQueries.LeaseView> read(UUID job, long lease, UUID pilot) {
    return batcher
        .submit(job)
        .map(
            view -> {
              if (view == null || view.lease() != lease || !view.pilot().equals(pilot)) {
                throw new ProblemException(
                    BrokerProblem.LEASE_LOST,
                    "Lease " + lease + " of job " + job + " has ended. " + LeaseRefusal.STOP);
              }
              return view;
            });
  }

  private Uni<List<JobQueries.@Nullable LeaseView>> readAll(List<UUID> asked) {
    return jobs.leases(new HashSet<>(asked))
        .map(
            found -> {
              Map<UUID, JobQueries.LeaseView> byJob = new HashMap<>();
              found.forEach(view -> byJob.put(view.job(), view));
              List<JobQueries.@Nullable LeaseView> answers = new ArrayList<>();
              asked.forEach(job -> answers.add(byJob.get(job)));
              return answers;
            });
  }
}
