package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Seat;
import org.p3s.pilotidentity.PilotProblem;
import org.p3s.platform.problem.ProblemException;

/**
 * Pilots wait for a job: an entry in the lobby, which holds no thread, connection or transaction.
 */
@ApplicationScoped
public class Polls {

  private final Dispatcher dispatcher;
  private final Vertx vertx;

  Polls(Dispatcher dispatcher, Vertx vertx) {
    this.dispatcher = dispatcher;
    this.vertx = vertx;
  }

  /**
   * Waits for a job. However short the wait, one claim looks for it. Cancelling takes the seat out
   * again; what was claimed for it meanwhile is offered again at once.
   *
   * @return null if there was none within the wait; fails with pilot-gone if the pilot has ended
   */
  public Uni<@Nullable Offer> poll(Seat seat, Duration wait) {
    return Uni.createFrom()
        .<@Nullable Offer>emitter(
            emitter -> {
              Parked parked =
                  new Parked(
                      seat,
                      answer -> {
                        if (answer != null && answer.kind() == Answer.Kind.GONE) {
                          emitter.fail(gone(seat.pilot()));
                        } else {
                          emitter.complete(answer == null ? null : answer.offer());
                        }
                      });
              long timer =
                  vertx.setTimer(Math.max(1, wait.toMillis()), tick -> dispatcher.timeUp(parked));
              emitter.onTermination(
                  () -> {
                    vertx.cancelTimer(timer);
                    dispatcher.leave(parked);
                  });
              dispatcher.enter(parked);
            });
  }

  private static ProblemException gone(UUID pilot) {
    return new ProblemException(
        PilotProblem.PILOT_GONE, "Pilot " + pilot + " has ended here. Register anew.");
  }
}
