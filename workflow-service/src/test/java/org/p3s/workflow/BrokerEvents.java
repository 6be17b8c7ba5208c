package org.p3s.workflow;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobFinishedBuilder;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobProgressBuilder;
import org.p3s.contracts.ObservedFile;

/** Events as the broker sends them. */
final class BrokerEvents {

  /** The first attempt of a job of no workflow runs. */
  static JobProgress jobRunning(UUID job, String site) {
    return JobProgressBuilder.builder()
        .job(job)
        .state(JobProgress.State.RUNNING)
        .attempt(1)
        .lease(7)
        .pilot(UUID.randomUUID())
        .site(site)
        .host("h")
        .pid(4L)
        .hostWorkdir("/w")
        .at(Instant.now())
        .build();
  }

  /** An attempt ended; all files of the job exist and have 12 bytes. */
  static JobFinished jobEnded(JobDefined job, JobEnd state, @Nullable Integer errcode) {
    Instant now = Instant.now();
    return JobFinishedBuilder.builder()
        .job(job.job())
        .wfuuid(job.wfuuid())
        .node(job.node())
        .jobtype(job.jobtype())
        .state(state)
        .attempt(job.attempt())
        .lease(1)
        .errcode(errcode)
        .pilot(UUID.randomUUID())
        .site("site")
        .host("host")
        .pid(42L)
        .hostWorkdir("/work")
        .tsDis(now)
        .tsSta(now)
        .tsSto(now)
        .cpuS(0.5)
        .maxRssKib(1000L)
        .inputs(files(job.inputs()))
        .outputs(files(job.outputs()))
        .build();
  }

  static JobFinished jobSucceeded(JobDefined job) {
    return jobEnded(job, JobEnd.FINISHED, 0);
  }

  private static List<ObservedFile> files(List<String> paths) {
    return paths.stream()
        .map(path -> new ObservedFile(path, true, 12L, Instant.now(), null))
        .toList();
  }

  private BrokerEvents() {}
}
