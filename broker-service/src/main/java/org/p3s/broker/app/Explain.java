package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.JobState;
import org.p3s.broker.domain.Matching;
import org.p3s.broker.domain.RunTimes;
import org.p3s.platform.http.ProblemException;

/** Says why a job does not run: the rule that fails, its place, when it may start. */
@ApplicationScoped
public class Explain {

  /**
   * The explanation.
   *
   * @param place 1 is next; null if the job does not wait
   * @param expectedStart a guess from the ends of the last minute, null where there is none
   */
  public record Explanation(
      UUID job,
      String state,
      List<Matching.Verdict> rules,
      @Nullable Long place,
      @Nullable Instant expectedStart) {}

  private final Views views;
  private final RunTimeStore runTimes;
  private final Dispatcher dispatcher;
  private final InstantSource clock;

  Explain(Views views, RunTimeStore runTimes, Dispatcher dispatcher, InstantSource clock) {
    this.views = views;
    this.runTimes = runTimes;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  public Uni<Explanation> explain(UUID job) {
    Instant now = clock.instant();
    return views
        .waits(job, now)
        .flatMap(
            wait ->
                wait == null
                    ? notWaiting(job)
                    : runTimes.of(wait.jobtype()).map(times -> waiting(job, wait, times, now)));
  }

  private Explanation waiting(UUID job, Views.Wait wait, RunTimes times, Instant now) {
    List<Matching.Verdict> rules =
        Matching.explain(
            new Matching.View(
                wait.jobtype(),
                wait.site(),
                wait.requirements(),
                wait.staleAt(),
                wait.limit(),
                wait.held(),
                wait.timelimit(),
                times,
                dispatcher.lives(),
                now));
    boolean free = rules.stream().allMatch(Matching.Verdict::passes);
    Instant expected = null;
    if (free) {
      expected = now;
    } else if (wait.endsPerSecond() > 0) {
      long millis = (long) (1000 * wait.place() / wait.endsPerSecond());
      expected = now.plus(Duration.ofMillis(millis));
    }
    return new Explanation(job, JobState.DEFINED.text(), rules, wait.place(), expected);
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
              String why =
                  view.tsSto() == null
                      ? "Pilot " + view.pUuid() + " holds it since " + view.tsDis() + "."
                      : "It ended at " + view.tsSto() + because(view.reason());
              return new Explanation(
                  job,
                  view.state(),
                  List.of(new Matching.Verdict("waits", false, why)),
                  null,
                  view.tsSta());
            });
  }

  private static String because(@Nullable String reason) {
    return reason == null ? "." : ": " + reason;
  }
}
