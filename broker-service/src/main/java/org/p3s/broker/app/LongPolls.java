package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.pilotidentity.PilotProblem;
import org.p3s.platform.problem.ProblemException;

/** Lets pilots wait for a job (long poll). */
@ApplicationScoped
public class LongPolls {

  private final Dispatcher dispatcher;
  private final Vertx vertx;

  LongPolls(Dispatcher dispatcher, Vertx vertx) {
    this.dispatcher = dispatcher;
    this.vertx = vertx;
  }

  /**
   * Waits for a job. However short the wait is, one claim looks for a job. If the Uni is cancelled,
   * the poll ends, and a job that was claimed for it meanwhile goes back into the queue at once.
   *
   * @return null if there was no job within the wait; fails with pilot-gone if the pilot has ended
   */
  public Uni<@Nullable ClaimedJob> poll(SlotRequest request, Duration wait) {
    return Uni.createFrom()
        .<@Nullable ClaimedJob>emitter(
            emitter -> {
              PendingPoll poll =
                  new PendingPoll(
                      request,
                      result -> {
                        if (result != null && result.kind() == ClaimResult.Kind.PILOT_ENDED) {
                          emitter.fail(pilotGone(request.pilot()));
                        } else {
                          emitter.complete(result == null ? null : result.job());
                        }
                      });
              long timer =
                  vertx.setTimer(Math.max(1, wait.toMillis()), tick -> dispatcher.waitOver(poll));
              emitter.onTermination(
                  () -> {
                    vertx.cancelTimer(timer);
                    dispatcher.remove(poll);
                  });
              dispatcher.add(poll);
            });
  }

  private static ProblemException pilotGone(UUID pilot) {
    return new ProblemException(
        PilotProblem.PILOT_GONE, "Pilot " + pilot + " has ended here. Register anew.");
  }
}
