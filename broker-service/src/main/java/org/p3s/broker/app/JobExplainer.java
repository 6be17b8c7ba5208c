package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.BrokerConfig;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.JobState;
import org.p3s.broker.domain.MatchingRules;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.StartForecast;
import org.p3s.broker.domain.Text;
import org.p3s.platform.problem.ProblemException;

/**
 * Explains why a job waits: the rules that fail, its place in the queue, and when it may start.
 * Only pilots that wait at this replica are known.
 */
@ApplicationScoped
public class JobExplainer {

  /**
   * The explanation.
   *
   * @param rules the rules that fail come first
   * @param place among the jobs that may run where this one may, in the order in which they would
   *     be given out now: by priority, fair shares if there are any, deadline and age; 1 is the
   *     next. Null if the job does not wait, or if more jobs are ahead than are counted
   * @param placeMoreThan at least this many jobs are ahead, if they are too many to count
   * @param expectedStart from learned run times and from what pilots that fit hold
   * @param expectedStartReason why there is no expected start
   */
  public record Explanation(
      UUID job,
      String state,
      List<MatchingRules.Verdict> rules,
      @Nullable Long place,
      @Nullable Long placeMoreThan,
      @Nullable Instant expectedStart,
      @Nullable String expectedStartReason) {}

  private final JobQueries jobs;
  private final QueueForecasts queue;
  private final RunTimeStore runTimes;
  private final Dispatcher dispatcher;
  private final InstantSource clock;
  private final FairShare share;

  JobExplainer(
      JobQueries jobs,
      QueueForecasts queue,
      RunTimeStore runTimes,
      Dispatcher dispatcher,
      InstantSource clock,
      BrokerConfig config) {
    this.jobs = jobs;
    this.queue = queue;
    this.runTimes = runTimes;
    this.dispatcher = dispatcher;
    this.clock = clock;
    this.share = config.fairShare();
  }

  /** Explains a job; fails with not-found if there is none. */
  public Uni<Explanation> explain(UUID job) {
    return queue
        .waitingJob(job, share)
        .flatMap(
            waiting ->
                waiting == null
                    ? notWaiting(job)
                    : runTimes
                        .of(waiting.jobtype())
                        .flatMap(estimates -> waiting(job, waiting, estimates)));
  }

  private Uni<Explanation> waiting(
      UUID job, QueueForecasts.WaitingJob waiting, RunTimeEstimates estimates) {
    Instant now = clock.instant();
    List<MatchingRules.Verdict> rules =
        MatchingRules.explain(
            new MatchingRules.Input(
                waiting.jobtype(),
                waiting.site(),
                waiting.requirements(),
                waiting.staleAt(),
                waiting.startBy(),
                waiting.notBefore(),
                waiting.limit(),
                waiting.held(),
                waiting.timelimit(),
                estimates,
                dispatcher.latestPilotEnds(),
                now));
    return forecast(job, waiting, rules, now)
        .map(
            forecast ->
                new Explanation(
                    job,
                    JobState.DEFINED.text(),
                    rules,
                    waiting.place().exact(),
                    waiting.place().moreThan(),
                    forecast.start(),
                    forecast.whyNone()));
  }

  private Uni<StartForecast> forecast(
      UUID job, QueueForecasts.WaitingJob waiting, List<MatchingRules.Verdict> rules, Instant now) {
    Integer limit = waiting.limit();
    if (rules.stream().allMatch(MatchingRules.Verdict::passes)) {
      return Uni.createFrom().item(StartForecast.at(now));
    }
    if (limit != null && limit == 0) {
      return Uni.createFrom()
          .item(StartForecast.none("Job type " + waiting.jobtype() + " is paused."));
    }
    Instant due = waiting.notBefore();
    if (due != null) {
      return Uni.createFrom().item(StartForecast.at(due.isBefore(now) ? now : due));
    }
    // At the limit of its type a job of that type has to end; else any that a fitting pilot holds.
    boolean ownType = limit != null && waiting.held() >= limit;
    return queue
        .jobsBefore(job, ownType, share)
        .map(
            before ->
                StartForecast.of(
                    before.held(),
                    before.ahead(),
                    QueueForecasts.QueuePlace.MOST,
                    waiting.startBy(),
                    now));
  }

  private Uni<Explanation> notWaiting(UUID job) {
    return jobs.liveOrEnded(job)
        .map(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job", job);
              }
              return new Explanation(
                  job,
                  view.state(),
                  List.of(new MatchingRules.Verdict("waits", false, whereItIs(view))),
                  null,
                  null,
                  view.tsSta(),
                  view.tsSta() == null ? "It does not wait." : null);
            });
  }

  private static String whereItIs(JobView view) {
    Instant since = view.tsDis();
    Instant ended = view.tsSto();
    if (ended != null) {
      String reason = view.reason();
      return "It ended at " + Text.time(ended) + (reason == null ? "." : ": " + reason);
    }
    return "Pilot "
        + view.pUuid()
        + " holds it"
        + (since == null ? "." : " since " + Text.time(since) + ".");
  }
}
