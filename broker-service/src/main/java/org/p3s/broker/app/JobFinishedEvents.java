package org.p3s.broker.app;

import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.LiveJobStore.ReportDetails;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.Text;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobFinishedBuilder;

/**
 * Builds the event {@code job-finished}: every field of it is filled here, from the job, from the
 * decision that ended it, and from the pilot's report if there was one.
 */
final class JobFinishedEvents {

  /**
   * @param reported {@link ReportDetails#NONE} if no pilot reported the end
   * @param mostLogBytes so many bytes of stdout and of stderr go with the event
   */
  static JobFinished of(Decision.End end, ReportDetails reported, int mostLogBytes) {
    Job job = end.job();
    JobFinishedBuilder event =
        JobFinishedBuilder.builder()
            .job(job.uuid())
            .wfuuid(job.wfuuid())
            .node(job.node())
            .jobtype(job.jobtype())
            .state(JobEnd.of(end.state().text()))
            .attempt(job.attempt())
            .errcode(end.errcode())
            .signal(end.signal())
            .reason(end.reason())
            .host(reported.host())
            .pid(reported.pid())
            .hostWorkdir(reported.workdir())
            .tsDis(job.tsDis())
            .tsSta(end.tsSta())
            .tsSto(end.tsSto())
            .cpuS(reported.cpuS())
            .maxRssKib(reported.maxRssKib())
            .inputs(reported.inputs())
            .outputs(reported.outputs())
            .stdout(Text.tail(reported.stdout(), mostLogBytes))
            .stderr(Text.tail(reported.stderr(), mostLogBytes));
    addHolder(event, job.holder(), reported);
    return event.build();
  }

  /** What the report does not say is known from the start report. */
  private static void addHolder(
      JobFinishedBuilder event, @Nullable Holder holder, ReportDetails reported) {
    if (holder == null) {
      return;
    }
    event.lease(holder.lease()).pilot(holder.pilot()).site(holder.site());
    if (reported.host() == null) {
      event.host(holder.host());
    }
    if (reported.pid() == null) {
      event.pid(holder.pid());
    }
    if (reported.workdir() == null) {
      event.hostWorkdir(holder.workdir());
    }
  }

  private JobFinishedEvents() {}
}
