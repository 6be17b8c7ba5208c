package org.p3s.pilot.slot;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadStop;
import org.p3s.pilot.report.FinishReportDelivery;
import org.p3s.pilot.slot.JobRunner.EndedJob;
import org.p3s.pilot.workdir.DiskSpace;

/**
 * One slot of the pilot. On a thread of its own it asks for a job, runs it, delivers its finish
 * report, and begins again.
 */
public final class Slot implements Runnable {

  private static final Duration NO_ROOM_PAUSE = Duration.ofSeconds(5);
  private static final Duration BAD_JOB_PAUSE = Duration.ofSeconds(5);

  private final int index;
  private final PilotLifecycle lifecycle;
  private final JobPoll poll;
  private final JobRunner runner;
  private final FinishReportDelivery delivery;
  private final DiskSpace disk;
  private final Slots slots;
  private volatile @Nullable HeldJob held;
  private @Nullable EndedJob lastEnded;

  public Slot(
      int index,
      PilotLifecycle lifecycle,
      JobPoll poll,
      JobRunner runner,
      FinishReportDelivery delivery,
      DiskSpace disk,
      Slots slots) {
    this.index = index;
    this.lifecycle = lifecycle;
    this.poll = poll;
    this.runner = runner;
    this.delivery = delivery;
    this.disk = disk;
    this.slots = slots;
  }

  @Nullable HeldJob heldJob() {
    return held;
  }

  void cancelPoll() {
    poll.cancel();
  }

  void stopPayload(PayloadStop why) {
    HeldJob now = held;
    if (now != null && now.payload() != null) {
      now.payload().stop(why);
    }
  }

  @Override
  public void run() {
    try {
      JsonFields next = null;
      while (next != null || lifecycle.awaitMayRequestJobs()) {
        PilotSession session = lifecycle.session();
        next = next == null ? requestJob(session) : next;
        if (next != null) {
          next = work(session, next);
        }
      }
    } catch (InterruptedException e) {
      // The pilot does not interrupt its slots; whoever did wants this thread to end.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      PilotLog.line("slot %d ends, this is a bug: %s", index, e);
      e.printStackTrace();
    } finally {
      lifecycle.wakeWaiting();
    }
  }

  private @Nullable JsonFields requestJob(PilotSession session) throws InterruptedException {
    if (!disk.hasRoom()) {
      lifecycle.pause(NO_ROOM_PAUSE);
      return null;
    }
    return lifecycle.takeCycle() ? poll.request(session) : null;
  }

  /** Runs a job to its end and delivers its report; the next job if the broker had one at once. */
  private @Nullable JsonFields work(PilotSession session, JsonFields answer)
      throws InterruptedException {
    AssignedJob job;
    try {
      job = AssignedJob.of(answer);
    } catch (IOException | IllegalArgumentException e) {
      poll.logProblem("the job from the broker cannot be read: " + e.getMessage());
      lifecycle.pause(BAD_JOB_PAUSE);
      return null;
    }
    held = new HeldJob(session, job, null);
    try {
      EndedJob before = lastEnded;
      if (before != null && before.job().hasSameLease(job)) {
        return deliverAgain(session, job, before);
      }
      return runAndDeliver(session, job);
    } finally {
      held = null;
      disk.jobEnded();
    }
  }

  /** The broker does not know that the job has ended. It never runs twice under one lease. */
  private @Nullable JsonFields deliverAgain(PilotSession session, AssignedJob job, EndedJob before)
      throws InterruptedException {
    PilotLog.line("job %s: it has run here already, its report is sent again", job.job());
    lifecycle.pause(BAD_JOB_PAUSE);
    return delivery.deliver(session, job, before.report(), index);
  }

  private @Nullable JsonFields runAndDeliver(PilotSession session, AssignedJob job)
      throws InterruptedException {
    EndedJob ended = runner.run(session, job, payload -> held = new HeldJob(session, job, payload));
    lastEnded = ended;
    slots.countEndedJob();
    if (ended.leaseLost()) {
      delivery.keepRefused(session, job, ended.report());
      PilotLog.line("job %s: its lease is lost; its report and its logs stay here", job.job());
      return null;
    }
    return delivery.deliver(session, job, ended.report(), index);
  }
}
