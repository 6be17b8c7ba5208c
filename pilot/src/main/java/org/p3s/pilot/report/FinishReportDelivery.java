package org.p3s.pilot.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.job.NextJobRequest;
import org.p3s.pilot.lifecycle.JobRequestLimits;
import org.p3s.pilot.lifecycle.PilotLifecycle;
import org.p3s.pilot.lifecycle.PilotSession;
import org.p3s.pilot.workdir.DiskSpace;

/**
 * Delivers finish reports to the broker. A report is written to the spool first, and sent again
 * until the broker accepts it or refuses it for good. A report may also ask for the next job.
 */
public final class FinishReportDelivery {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final JobRequestLimits limits;
  private final DiskSpace disk;
  private final ReportSpool spool;
  private final String site;
  private final Map<String, String> labels;

  public FinishReportDelivery(
      ServiceClient client,
      PilotLifecycle lifecycle,
      JobRequestLimits limits,
      DiskSpace disk,
      ReportSpool spool,
      String site,
      Map<String, String> labels) {
    this.client = client;
    this.lifecycle = lifecycle;
    this.limits = limits;
    this.disk = disk;
    this.spool = spool;
    this.site = site;
    this.labels = labels;
  }

  /**
   * Returns when the broker has accepted or refused the report, or when the pilot has no more time.
   *
   * @return the next job if there was one at once, otherwise null
   */
  public @Nullable JsonFields deliver(
      PilotSession session, AssignedJob job, Map<String, @Nullable Object> report, int slot)
      throws InterruptedException {
    return new Delivery(session, job, report, slot).run();
  }

  /** Keeps a report that the broker does not accept any more in the work directory, for people. */
  public void keepRefused(
      PilotSession session, AssignedJob job, Map<String, @Nullable Object> report) {
    Path file = writeToSpool(session, job, report);
    if (file != null) {
      spool.moveToRefused(file);
    }
  }

  static String finishUrl(String broker, UUID job) {
    return broker + "/api/v1/leases/" + job + "/finish";
  }

  /** Null if the spool cannot be written; the report is then only in memory. */
  private @Nullable Path writeToSpool(
      PilotSession session, AssignedJob job, Map<String, @Nullable Object> report) {
    try {
      return spool.write(job, session, report);
    } catch (IOException e) {
      PilotLog.line(
          "job %s: the spool cannot be written, the report is only in memory: %s", job.job(), e);
      return null;
    }
  }

  /** The delivery of one report. */
  private final class Delivery {

    private final PilotSession session;
    private final AssignedJob job;
    private final Map<String, @Nullable Object> report;
    private final int slot;
    private final @Nullable Path file;
    private final String requestId = UUID.randomUUID().toString();
    private Map<String, @Nullable Object> content;
    private boolean asksForNext;
    private boolean synced;
    private String lastProblem = "";

    Delivery(
        PilotSession session, AssignedJob job, Map<String, @Nullable Object> report, int slot) {
      this.session = session;
      this.job = job;
      this.report = report;
      this.slot = slot;
      this.content = report;
      this.file = writeToSpool(session, job, report);
      this.asksForNext =
          lifecycle.mayRequestJobs(session) && disk.hasRoom() && lifecycle.takeCycle();
    }

    @Nullable JsonFields run() throws InterruptedException {
      HttpRetryBackoff backoff = new HttpRetryBackoff(MAX_PAUSE);
      while (true) {
        String problem;
        try {
          ServiceAnswer answer = send();
          if (answer.isSuccess()) {
            return accepted(answer);
          }
          problem = answer.reason();
          if (endsWith(answer)) {
            return null;
          }
          prepareNextAttempt(answer);
        } catch (IOException e) {
          problem = PilotLog.describe(e);
        }
        keepOnDisk(problem);
        if (lifecycle.deadline().isNear()) {
          PilotLog.line(
              "job %s: its report stays in the spool, for the next pilot in this work directory",
              job.job());
          return null;
        }
        lifecycle.pauseUntilStop(backoff.next());
      }
    }

    private ServiceAnswer send() throws IOException, InterruptedException {
      if (!lifecycle.mayRequestJobs(session)) {
        askNoMore();
      }
      Map<String, @Nullable Object> body = new LinkedHashMap<>(content);
      body.put("next", asksForNext ? nextJobRequest() : null);
      return client.call(
          "POST",
          finishUrl(session.broker(), job.job()),
          session.token(),
          body,
          lifecycle.deadline().requestTimeout(TIMEOUT));
    }

    private Map<String, @Nullable Object> nextJobRequest() {
      Map<String, @Nullable Object> next =
          new NextJobRequest(requestId, slot, site, labels, limits.remainingSeconds()).body();
      // The broker answers at once; if it has no job now, the slot waits in a long poll.
      next.put("wait_s", 0);
      return next;
    }

    private void askNoMore() {
      if (asksForNext) {
        asksForNext = false;
        limits.returnCycle();
      }
    }

    private @Nullable JsonFields accepted(ServiceAnswer answer) {
      if (file != null) {
        spool.remove(file);
      }
      JsonFields next = asksForNext ? answer.body().object("next") : null;
      if (next == null) {
        // The long poll that follows counts as the same request.
        askNoMore();
      }
      return next;
    }

    /** True if there will be no other attempt after this answer. */
    private boolean endsWith(ServiceAnswer answer) {
      if (answer.isFinalRefusal()) {
        PilotLog.line("job %s: the broker refuses its report: %s", job.job(), answer.reason());
        if (file != null) {
          spool.moveToRefused(file);
        }
        return true;
      }
      if (answer.isUnauthorized() && session.isLost()) {
        PilotLog.line(
            "job %s: its report stays in the spool: the token has expired and the pilot is lost",
            job.job());
        return true;
      }
      return false;
    }

    private void prepareNextAttempt(ServiceAnswer answer) {
      if (answer.isUnauthorized()) {
        lifecycle.tokenExpired(session);
      }
      if (answer.refusesBody()) {
        content = FinishReportBuilder.withoutLogs(report, answer.reason());
        askNoMore();
      }
    }

    private void keepOnDisk(String problem) {
      if (!problem.equals(lastProblem)) {
        PilotLog.line("job %s: its report is kept and sent again: %s", job.job(), problem);
        lastProblem = problem;
      }
      if (!synced && file != null) {
        spool.sync(file);
        synced = true;
      }
    }
  }
}
