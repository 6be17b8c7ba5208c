package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Forecast;
import org.p3s.broker.domain.JobState;
import org.p3s.broker.domain.Matching;
import org.p3s.broker.domain.RunTimes;
import org.p3s.broker.domain.Text;
import org.p3s.platform.problem.ProblemException;

/**
 * Says why a job does not run: the rule that fails, its place, when it may start. Pilots that wait
 * are those that wait at this replica.
 */
@ApplicationScoped
public class Explain {

  /**
   * The explanation.
   *
   * @param rules those that fail first
   * @param place among the jobs that may run where this one may, by priority, deadline and age; 1
   *     is next. Null if the job does not wait, or if more are ahead than are counted
   * @param placeMoreThan how many are ahead at least, where there are too many to count
   * @param expectedStart from learned run times and what pilots that fit hold
   * @param expectedStartReason why there is none
   */
  public record Explanation(
      UUID job,
      String state,
      List<Matching.Verdict> rules,
      @Nullable Long place,
      @Nullable Long placeMoreThan,
      @Nullable Instant expectedStart,
      @Nullable String expectedStartReason) {}

  private final Views views;
  private final Outlook outlook;
  private final RunTimeStore runTimes;
  private final Dispatcher dispatcher;
  private final InstantSource clock;

  Explain(
      Views views,
      Outlook outlook,
      RunTimeStore runTimes,
      Dispatcher dispatcher,
      InstantSource clock) {
    this.views = views;
    this.outlook = outlook;
    this.runTimes = runTimes;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  public Uni<Explanation> explain(UUID job) {
    return outlook
        .waits(job)
        .flatMap(
            wait ->
                wait == null
                    ? notWaiting(job)
                    : runTimes.of(wait.jobtype()).flatMap(times -> waiting(job, wait, times)));
  }

  private Uni<Explanation> waiting(UUID job, Outlook.Wait wait, RunTimes times) {
    Instant now = clock.instant();
    List<Matching.Verdict> rules =
        Matching.explain(
            new Matching.View(
                wait.jobtype(),
                wait.site(),
                wait.requirements(),
                wait.staleAt(),
                wait.startBy(),
                wait.notBefore(),
                wait.limit(),
                wait.held(),
                wait.timelimit(),
                times,
                dispatcher.lives(),
                now));
    return forecast(job, wait, rules, now)
        .map(
            forecast ->
                new Explanation(
                    job,
                    JobState.DEFINED.text(),
                    rules,
                    wait.place().exact(),
                    wait.place().moreThan(),
                    forecast.start(),
                    forecast.whyNone()));
  }

  private Uni<Forecast> forecast(
      UUID job, Outlook.Wait wait, List<Matching.Verdict> rules, Instant now) {
    Integer limit = wait.limit();
    if (rules.stream().allMatch(Matching.Verdict::passes)) {
      return Uni.createFrom().item(Forecast.at(now));
    }
    if (limit != null && limit == 0) {
      return Uni.createFrom().item(Forecast.none("Job type " + wait.jobtype() + " is paused."));
    }
    Instant due = wait.notBefore();
    if (due != null) {
      return Uni.createFrom().item(Forecast.at(due.isBefore(now) ? now : due));
    }
    // At the limit, one of its type has to end; else any that a fitting pilot holds.
    boolean ownType = limit != null && wait.held() >= limit;
    return outlook
        .queue(job, ownType)
        .map(
            queue ->
                Forecast.of(queue.held(), queue.ahead(), Outlook.Place.MOST, wait.startBy(), now));
  }

  private Uni<Explanation> notWaiting(UUID job) {
    return views
        .live(job)
        .flatMap(live -> live == null ? views.ended(job) : Uni.createFrom().item(live))
        .map(
            view -> {
              if (view == null) {
                throw ProblemException.notFound("job", job);
              }
              return new Explanation(
                  job,
                  view.state(),
                  List.of(new Matching.Verdict("waits", false, whereItIs(view))),
                  null,
                  null,
                  view.tsSta(),
                  view.tsSta() == null ? "It does not wait." : null);
            });
  }

  private static String whereItIs(Views.JobView view) {
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
