package org.p3s.pilot.lifecycle;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.payload.PayloadStop;

/**
 * The state of the pilot, which all its threads share: its present registration, whether it drains
 * or shuts down, and the waits that end early when that changes.
 *
 * <p>Draining: the pilot asks for no more jobs and ends when its slots are empty. Stopping: the
 * pilot shuts down now, and its payloads are stopped.
 */
public final class PilotLifecycle {

  private final JobRequestLimits limits;
  private final LifecycleListener listener;
  private final StateMonitor monitor = new StateMonitor();
  private final ShutdownDeadline deadline = new ShutdownDeadline();
  private @Nullable PilotSession session;
  private boolean tokenExpired;
  private boolean polled;
  private boolean draining;
  private @Nullable PayloadStop stopping;
  private String endReason = "stopped";

  public PilotLifecycle(JobRequestLimits limits, LifecycleListener listener) {
    this.limits = limits;
    this.listener = listener;
  }

  // ---- registration

  public void registered(PilotSession newSession) {
    limits.useSiteLimits(newSession);
    monitor.change(
        () -> {
          session = newSession;
          tokenExpired = false;
          return true;
        });
  }

  public PilotSession session() {
    return monitor.read(() -> Objects.requireNonNull(session, "not registered"));
  }

  /** The services have declared the pilot of this session lost. */
  public void sessionLost(PilotSession lost, String why) {
    boolean isNew =
        monitor.change(
            () -> {
              if (lost.isLost()) {
                return false;
              }
              lost.markLost();
              return true;
            });
    if (isNew) {
      PilotLog.line("pilot %s was declared lost: %s", lost.pilot(), why);
      listener.onSessionLost(lost);
    }
  }

  /** A service refuses the token, for instance because no heartbeat could renew it for long. */
  public void tokenExpired(PilotSession of) {
    monitor.change(
        () -> {
          tokenExpired |= session == of && !of.isLost();
          return true;
        });
  }

  public void tokenRenewed() {
    monitor.change(
        () -> {
          tokenExpired = false;
          return true;
        });
  }

  public boolean needsNewToken() {
    return monitor.read(() -> tokenExpired);
  }

  // ---- draining and stopping

  /** The pilot asks for no more jobs, and ends when its slots are empty. */
  public void drain(String reason) {
    boolean isNew =
        monitor.change(
            () -> {
              if (draining) {
                return false;
              }
              draining = true;
              endReason = reason;
              return true;
            });
    if (isNew) {
      PilotLog.line(
          "draining: %s; the pilot asks for no more jobs and ends when its slots are empty",
          reason);
      listener.onDrain();
    }
  }

  /** The pilot ends now, and its payloads are stopped. */
  public void stop(String reason) {
    if (beginShutdown(reason, reason)) {
      PilotLog.line("stopping: %s", reason);
    }
  }

  /** All slots have ended, or {@link #stop} was called: the shutdown begins, if it has not yet. */
  public PayloadStop shutDown() {
    beginShutdown("its pilot ended", endReason());
    return Objects.requireNonNull(payloadStop());
  }

  private boolean beginShutdown(String payloadReason, String reason) {
    return monitor.change(
        () -> {
          if (stopping != null) {
            return false;
          }
          deadline.begin();
          stopping = PayloadStop.pilotEnds(payloadReason);
          endReason = reason;
          return true;
        });
  }

  public boolean isDraining() {
    return monitor.read(() -> draining);
  }

  public boolean isStopping() {
    return monitor.read(() -> stopping != null);
  }

  /** True if the pilot asks for no more jobs because it drains or stops. */
  public boolean isEnding() {
    return monitor.read(() -> stopping != null || draining);
  }

  /** Why all payloads are stopped, null while they may run. */
  private @Nullable PayloadStop payloadStop() {
    return monitor.read(() -> stopping);
  }

  /** Why a payload that has just started must stop at once, null if it may run. */
  public @Nullable PayloadStop payloadStop(PilotSession of) {
    PayloadStop all = payloadStop();
    return all == null && of.isLost() ? PayloadStop.PILOT_LOST : all;
  }

  /** Why the pilot ends, for people. */
  public String endReason() {
    return monitor.read(() -> endReason);
  }

  public ShutdownDeadline deadline() {
    return deadline;
  }

  // ---- requests for jobs

  /** Waits while there is no valid registration; false if the pilot asks for no more jobs. */
  public boolean awaitMayRequestJobs() throws InterruptedException {
    monitor.awaitUntil(() -> stopping != null || !session().isLost());
    return monitor.read(this::wantsJobs);
  }

  /** True if the session is still valid and the pilot asks for jobs. */
  public boolean mayRequestJobs(PilotSession as) {
    return monitor.read(() -> session == as && !as.isLost() && wantsJobs());
  }

  private boolean wantsJobs() {
    if (stopping != null || draining) {
      return false;
    }
    if (limits.lifeIsOver()) {
      endReason = "its life is over";
      return false;
    }
    return true;
  }

  /** Counts one request for a job. If all cycles are used up, drains and returns false. */
  public boolean takeCycle() {
    boolean taken = limits.takeCycle();
    if (!taken) {
      drain("its cycles are done");
    }
    return taken;
  }

  public void pollStarted() {
    monitor.change(
        () -> {
          polled = true;
          return false;
        });
  }

  /** True if this pilot has ever asked for a job. */
  public boolean hasPolled() {
    return monitor.read(() -> polled);
  }

  // ---- waits

  /** Wakes all waiting threads, so that they check their conditions. */
  public void wakeWaiting() {
    monitor.change(() -> true);
  }

  /** A pause that ends early if the pilot drains, stops or loses its registration. */
  public void pause(Duration time) throws InterruptedException {
    PilotSession now = monitor.read(() -> session);
    monitor.awaitUntil(() -> stopping != null || draining || (now != null && now.isLost()), time);
  }

  /** A pause that ends early if the pilot begins to stop, but not if it drains. */
  public void pauseUntilStop(Duration time) throws InterruptedException {
    boolean already = isStopping();
    monitor.awaitUntil(() -> !already && stopping != null, time);
  }

  /**
   * The pause of the main loop until the next heartbeat. It ends early if there is something else
   * to do: a registration, a new token, or the end.
   */
  public void pauseUntilHeartbeat(Duration time, BooleanSupplier slotsRun)
      throws InterruptedException {
    PilotSession now = session();
    monitor.awaitUntil(
        () -> now.isLost() || tokenExpired || stopping != null || !slotsRun.getAsBoolean(), time);
  }
}
