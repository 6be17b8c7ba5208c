package org.p3s.broker.app;

import java.time.Instant;
import org.p3s.broker.domain.Decision;
import org.p3s.broker.domain.Holder;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobProgressBuilder;

/** Builds the events {@code job-progress}. */
final class JobProgressEvents {

  static JobProgress dispatched(ClaimedJob job, SlotRequest request, Instant now) {
    return JobProgressBuilder.builder()
        .job(job.job())
        .wfuuid(job.wfuuid())
        .node(job.node())
        .state(JobProgress.State.DISPATCHED)
        .attempt(job.attempt())
        .lease(job.lease())
        .pilot(request.pilot())
        .site(request.site())
        .at(now)
        .build();
  }

  static JobProgress running(Decision.Start start, LiveJobStore.ReportDetails reported) {
    return of(start.job())
        .state(JobProgress.State.RUNNING)
        .host(reported.host())
        .pid(reported.pid())
        .hostWorkdir(reported.workdir())
        .at(start.at())
        .build();
  }

  static JobProgress requeued(Decision.Requeue requeue, Instant now) {
    return of(requeue.job())
        .state(JobProgress.State.REQUEUED)
        .reason(requeue.reason())
        .at(now)
        .build();
  }

  private static JobProgressBuilder of(Job job) {
    JobProgressBuilder event =
        JobProgressBuilder.builder()
            .job(job.uuid())
            .wfuuid(job.wfuuid())
            .node(job.node())
            .attempt(job.attempt());
    Holder holder = job.holder();
    return holder == null
        ? event
        : event.lease(holder.lease()).pilot(holder.pilot()).site(holder.site());
  }

  private JobProgressEvents() {}
}
