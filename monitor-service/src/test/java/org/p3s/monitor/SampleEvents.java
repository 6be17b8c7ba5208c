package org.p3s.monitor;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.p3s.contracts.FileArrivedBuilder;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefinedBuilder;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinishedBuilder;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobProgressBuilder;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.PilotHeartbeatBuilder;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowDefinedBuilder;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.contracts.WorkflowFinishedBuilder;

/** Complete events with ordinary values; a test changes the fields that it is about. */
public final class SampleEvents {

  /** When everything begins. */
  public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  public static JobDefinedBuilder jobDefined(UUID job) {
    return JobDefinedBuilder.builder()
        .job(job)
        .name("job")
        .jobtype("type")
        .payload("payload")
        .priority(3)
        .timelimit(100)
        .attempt(1)
        .maxattempts(3)
        .user("user")
        .definedAt(NOW);
  }

  public static JobProgressBuilder jobProgress(UUID job, JobProgress.State state) {
    return JobProgressBuilder.builder()
        .job(job)
        .state(state)
        .attempt(1)
        .lease(1)
        .pilot(Ids.next())
        .site("local")
        .host("host")
        .pid(7L)
        .hostWorkdir("/w")
        .at(NOW.plusSeconds(1));
  }

  public static JobFinishedBuilder jobFinished(UUID job) {
    return JobFinishedBuilder.builder()
        .job(job)
        .jobtype("type")
        .state(JobEnd.FINISHED)
        .attempt(1)
        .lease(1)
        .errcode(0)
        .tsSto(NOW.plusSeconds(5))
        .cpuS(0.5)
        .maxRssKib(1024L)
        .stdout("out")
        .stderr("err");
  }

  public static WorkflowDefinedBuilder workflowDefined(UUID workflow) {
    return WorkflowDefinedBuilder.builder()
        .wfuuid(workflow)
        .name("workflow")
        .dag("dag")
        .dagVersion(1)
        .user("user")
        .nvertices(2)
        .state(WorkflowDefined.State.RUNNING)
        .tsDef(NOW)
        .tsSta(NOW);
  }

  public static WorkflowFinishedBuilder workflowFinished(
      UUID workflow, WorkflowFinished.State state) {
    return WorkflowFinishedBuilder.builder()
        .wfuuid(workflow)
        .name("workflow")
        .dag("dag")
        .dagVersion(1)
        .state(state)
        .nvertices(2)
        .ndone(2)
        .tsDef(NOW)
        .tsSta(NOW)
        .tsSto(NOW.plusSeconds(9));
  }

  public static FileArrivedBuilder fileArrived(UUID file) {
    return FileArrivedBuilder.builder()
        .file(file)
        .watch("watch")
        .path("/d/a")
        .dirpath("/d")
        .name("a")
        .size(7)
        .mtime(NOW)
        .dags(List.of("dag"))
        .seenAt(NOW)
        .wholeAt(NOW);
  }

  public static PilotHeartbeatBuilder pilotHeartbeat(UUID pilot) {
    return PilotHeartbeatBuilder.builder()
        .pilot(pilot)
        .kind(PilotHeartbeat.Kind.BEAT)
        .site("local")
        .host("host")
        .pid(1)
        .state("running")
        .status("OK")
        .slots(1)
        .tsReg(NOW)
        .at(NOW);
  }

  private SampleEvents() {}
}
