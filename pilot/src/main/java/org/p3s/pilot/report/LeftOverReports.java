package org.p3s.pilot.report;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.HttpRetryBackoff;
import org.p3s.pilot.http.ServiceAnswer;
import org.p3s.pilot.http.ServiceClient;
import org.p3s.pilot.lifecycle.PilotLifecycle;

/**
 * Delivers the finish reports that earlier pilots left in the spool of this work directory. Their
 * tokens may still be valid.
 */
public final class LeftOverReports {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final ServiceClient client;
  private final PilotLifecycle lifecycle;
  private final ReportSpool spool;
  private final List<ReportSpool.Entry> reports;

  /** Finds the reports; to be called before this pilot can write reports of its own. */
  public LeftOverReports(ServiceClient client, PilotLifecycle lifecycle, ReportSpool spool) {
    this.client = client;
    this.lifecycle = lifecycle;
    this.spool = spool;
    this.reports = new ArrayList<>(spool.entries());
  }

  /** Delivers the reports on a thread of its own, until all are delivered or the pilot ends. */
  public void startDelivery() {
    Thread thread =
        new Thread(
            () -> {
              try {
                deliver();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "left-over");
    thread.setDaemon(true);
    thread.start();
  }

  private void deliver() throws InterruptedException {
    HttpRetryBackoff backoff = new HttpRetryBackoff(MAX_PAUSE);
    while (!reports.isEmpty() && !lifecycle.isEnding()) {
      for (ListIterator<ReportSpool.Entry> each = reports.listIterator(); each.hasNext(); ) {
        ReportSpool.Entry again = attempt(each.next());
        if (again == null) {
          each.remove();
        } else {
          each.set(again);
        }
      }
      if (!reports.isEmpty()) {
        lifecycle.pause(backoff.next());
      }
    }
  }

  /** Returns the report for the next attempt, null if there is no other attempt. */
  private ReportSpool.@Nullable Entry attempt(ReportSpool.Entry entry) throws InterruptedException {
    ServiceAnswer answer;
    try {
      String url = FinishReportDelivery.finishUrl(entry.broker(), entry.job());
      answer = client.call("POST", url, entry.token(), entry.report(), TIMEOUT);
    } catch (IOException e) {
      return entry;
    }
    if (answer.isSuccess()) {
      PilotLog.line("job %s: the report of an earlier pilot is delivered", entry.job());
      spool.remove(entry.file());
      return null;
    }
    if (answer.isUnauthorized()) {
      PilotLog.line(
          "job %s: the report of an earlier pilot stays in the spool, its token has expired",
          entry.job());
      return null;
    }
    if (answer.isFinalRefusal()) {
      PilotLog.line(
          "job %s: the report of an earlier pilot is too late: %s", entry.job(), answer.reason());
      spool.moveToRefused(entry.file());
      return null;
    }
    return answer.refusesBody()
        ? entry.with(FinishReportBuilder.withoutLogs(entry.report(), answer.reason()))
        : entry;
  }
}
