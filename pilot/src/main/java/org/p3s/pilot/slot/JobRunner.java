package org.p3s.pilot.slot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.payload.PayloadCommand;
import org.p3s.pilot.payload.PayloadCommand.CannotStartException;
import org.p3s.pilot.payload.PayloadGuard;
import org.p3s.pilot.payload.PayloadLogs;
import org.p3s.pilot.payload.PayloadProcess;
import org.p3s.pilot.payload.PayloadStop;
import org.p3s.pilot.report.FinishReportBuilder;
import org.p3s.pilot.report.LiveLogSender;
import org.p3s.pilot.report.StartReportSender;
import org.p3s.pilot.workdir.JobDirectory;

/** Runs one job: makes its directory, starts its payload, waits for the end, builds the report. */
public final class JobRunner {

  /**
   * A job that has ended.
   *
   * @param leaseLost true if the broker does not accept the report any more
   */
  record EndedJob(AssignedJob job, Map<String, @Nullable Object> report, boolean leaseLost) {}

  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final PayloadGuard guard;
  private final String host;
  private final Path work;
  private final long maxLogBytes;

  /**
   * @param work the work directory of the pilot
   * @param maxLogBytes the size of the file of each stream of a payload; 0 for no limit
   */
  public JobRunner(
      ServiceClient client,
      PilotLifecycle lifecycle,
      PayloadGuard guard,
      String host,
      Path work,
      long maxLogBytes) {
    this.client = client;
    this.lifecycle = lifecycle;
    this.guard = guard;
    this.host = host;
    this.work = work;
    this.maxLogBytes = maxLogBytes;
  }

  /**
   * Returns when the payload has ended, or could not be started.
   *
   * @param onStart is called when the payload runs
   */
  EndedJob run(PilotSession session, AssignedJob job, Consumer<PayloadProcess> onStart)
      throws InterruptedException {
    FinishReportBuilder report = new FinishReportBuilder(job, session, host);
    JobDirectory dir = null;
    try {
      dir = JobDirectory.create(work, job.attemptId(), job.lease());
      PayloadCommand command =
          PayloadCommand.of(job, session.site(), session.pilot(), System.getenv(), dir.work());
      try {
        return runPayload(session, job, command, dir, report, onStart);
      } finally {
        command.removeCopy(job);
      }
    } catch (CannotStartException e) {
      return notStarted(report, job, e.errcode(), String.valueOf(e.getMessage()), dir);
    } catch (IOException | IllegalArgumentException e) {
      String reason = "cannot start " + job.payload() + ": " + e.getMessage();
      return notStarted(report, job, CannotStartException.NOT_EXECUTABLE, reason, dir);
    }
  }

  private static EndedJob notStarted(
      FinishReportBuilder report,
      AssignedJob job,
      int errcode,
      String reason,
      @Nullable JobDirectory dir) {
    PilotLog.line("job %s (%s): not started: %s", job.job(), job.name(), reason);
    return new EndedJob(job, report.notStarted(errcode, reason, dir), false);
  }

  private EndedJob runPayload(
      PilotSession session,
      AssignedJob job,
      PayloadCommand command,
      JobDirectory dir,
      FinishReportBuilder report,
      Consumer<PayloadProcess> onStart)
      throws IOException, InterruptedException {
    PayloadLogs logs = new PayloadLogs(dir, maxLogBytes);
    boolean onlySlot = session.slots() == 1;
    report.recordInputs(dir.work());
    PayloadProcess payload = PayloadProcess.start(job, command, dir, logs, guard, onlySlot);
    onStart.accept(payload);
    PilotLog.line(
        "job %s (%s): runs as pid %d in %s", job.job(), job.name(), payload.pid(), dir.root());
    StartReportSender startReport =
        new StartReportSender(
            client, lifecycle, session, job, payload, host, dir.root().toString());
    startReport.send();
    LiveLogSender liveLog = new LiveLogSender(client, session, job, logs);
    LeaseStatusPoll leaseStatus =
        new LeaseStatusPoll(client, lifecycle, session, job, payload, liveLog);
    leaseStatus.start();
    // The pilot may have begun to stop before this payload could be stopped with the others.
    PayloadStop mustStop = lifecycle.payloadStop(session);
    if (mustStop != null) {
      payload.stop(mustStop);
    }
    PayloadProcess.Outcome outcome = payload.await();
    startReport.cancel();
    leaseStatus.end();
    liveLog.finish();
    PayloadStop stop = outcome.stop();
    PilotLog.line(
        "job %s: ended with exit code %d%s",
        job.job(), outcome.exitValue(), stop == null ? "" : ", " + stop.state());
    boolean leaseLost = stop != null && !stop.report();
    return new EndedJob(job, report.ended(outcome, payload.pid(), logs, dir), leaseLost);
  }
}
