package org.p3s.pilot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.console.PilotOptions;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.lifecycle.JobRequestLimits;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadGuard;
import org.p3s.pilot.payload.PayloadStop;
import org.p3s.pilot.registration.HeartbeatSender;
import org.p3s.pilot.registration.PilotRegistrar;
import org.p3s.pilot.report.FinishReportDelivery;
import org.p3s.pilot.report.LeftOverReports;
import org.p3s.pilot.report.ReportSpool;
import org.p3s.pilot.slot.JobPoll;
import org.p3s.pilot.slot.JobRunner;
import org.p3s.pilot.slot.Slot;
import org.p3s.pilot.slot.Slots;
import org.p3s.pilot.workdir.DiskSpace;
import org.p3s.pilot.workdir.WorkDirectory;

/**
 * The main loop of the pilot: it registers, starts the slots, sends heartbeats, and ends when the
 * slots have ended. It runs on the thread that calls {@link #run}; each slot has its own thread.
 */
final class PilotAgent {

  private final PilotOptions options;

  // The lock on the directory lasts as long as this reference.
  private final WorkDirectory work;

  private final String host = hostName();
  private final ServiceClient client = new ServiceClient();
  private final PayloadGuard guard;
  private final Slots slots = new Slots();
  private final JobRequestLimits limits;
  private final PilotLifecycle lifecycle;
  private final DiskSpace disk;
  private final ReportSpool spool;
  private final PilotRegistrar registrar;
  private final HeartbeatSender heartbeats;

  PilotAgent(PilotOptions options, WorkDirectory work) throws IOException {
    this.options = options;
    this.work = work;
    this.guard = new PayloadGuard(work.path());
    this.limits = new JobRequestLimits(options.cycles(), options.lifeSeconds());
    this.lifecycle = new PilotLifecycle(limits, slots);
    this.disk = new DiskSpace(work.path(), options.keep(), options.minFreeMib(), slots::heldJobIds);
    this.spool = new ReportSpool(work.path());
    this.registrar = new PilotRegistrar(options, client, lifecycle, host, Main.version());
    this.heartbeats =
        new HeartbeatSender(client, options.server().toString(), lifecycle, slots, disk);
  }

  /**
   * Runs until the pilot is stopped, or until its cycles or its life are over, or until it was
   * drained.
   *
   * @return the exit code: 1 if the pilot service refuses the pilot, otherwise 0
   */
  int run() throws InterruptedException {
    if (options.name() != null) {
      PilotLog.line("the name of this pilot is %s", options.name());
    }
    PilotSession first = registrar.registerNew();
    if (first == null) {
      return lifecycle.isStopping() ? 0 : 1;
    }
    registered(first);
    addSlots(first.slots());
    LeftOverReports leftOver = new LeftOverReports(client, lifecycle, spool);
    slots.start();
    leftOver.startDelivery();
    while (slots.anyRuns() && !lifecycle.isStopping()) {
      doNextTask();
    }
    shutDown();
    return 0;
  }

  private void addSlots(int count) {
    FinishReportDelivery delivery =
        new FinishReportDelivery(
            client, lifecycle, limits, disk, spool, options.site(), options.labels());
    JobRunner runner =
        new JobRunner(
            client, lifecycle, guard, host, work.path(), options.maxLogMib() * 1024 * 1024);
    for (int i = 0; i < count; i++) {
      JobPoll poll = new JobPoll(i, client, lifecycle, limits, options.site(), options.labels());
      slots.add(new Slot(i, lifecycle, poll, runner, delivery, disk, slots));
    }
  }

  /** Registers again, renews the token or sends a heartbeat, or waits until one of them is due. */
  private void doNextTask() throws InterruptedException {
    PilotSession now = lifecycle.session();
    if (now.isLost()) {
      registerAgain(now);
    } else if (lifecycle.needsNewToken()) {
      renewToken(now);
    } else {
      Duration wait = heartbeats.untilNext();
      if (wait.isZero()) {
        heartbeats.send(now);
      } else {
        lifecycle.pauseUntilHeartbeat(wait, slots::anyRuns);
      }
    }
  }

  private void registerAgain(PilotSession lost) throws InterruptedException {
    PilotLog.line(
        "pilot %s is lost; its payloads are stopped, a new pilot registers", lost.pilot());
    PilotSession next = registrar.registerNew();
    if (next != null) {
      registered(next);
    }
  }

  private void renewToken(PilotSession session) throws InterruptedException {
    if (!registrar.renewToken(session) && !lifecycle.isStopping()) {
      session.markLost();
      slots.stopPayloadsOf(session, PayloadStop.PILOT_LOST);
    }
    lifecycle.tokenRenewed();
  }

  private void registered(PilotSession session) {
    lifecycle.registered(session);
    heartbeats.registered(session);
    PilotLog.line(
        "pilot %s registered for site %s, %d slot(s), broker %s",
        session.pilot(), options.site(), session.slots(), session.broker());
  }

  private void shutDown() throws InterruptedException {
    PayloadStop why = lifecycle.shutDown();
    slots.cancelPolls();
    slots.stopPayloads(why);
    slots.join(lifecycle.deadline().nanos());
    guard.close();
    PilotSession last = lifecycle.session();
    if (spool.hasReportOf(last.pilot())) {
      heartbeats.endWithoutDeregistering(last, lifecycle.endReason());
    } else {
      heartbeats.deregister(last, lifecycle.endReason());
    }
  }

  /** Stops the pilot now, and its payloads. */
  void stop(String reason) {
    lifecycle.stop(reason);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return System.getenv().getOrDefault("HOSTNAME", "localhost");
    }
  }
}
