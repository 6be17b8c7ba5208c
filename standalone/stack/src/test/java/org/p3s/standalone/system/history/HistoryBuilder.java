package org.p3s.standalone.system.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.p3s.contracts.Event;
import org.p3s.contracts.JobDefinedBuilder;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinishedBuilder;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobProgressBuilder;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.PilotHeartbeatBuilder;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.contracts.WorkflowFinishedBuilder;

/** Builds the history of one job for tests; each event is one second after the one before. */
final class HistoryBuilder {

  final UUID job = UUID.randomUUID();
  final UUID pilot = UUID.randomUUID();
  final ClientObservations observations = new ClientObservations();
  final List<RecordedEvent> events = new ArrayList<>();
  UUID workflow;
  int attempt = 1;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private HistoryBuilder add(Event event) {
    now = now.plusSeconds(1);
    events.add(new RecordedEvent(UUID.randomUUID().toString(), now, "t-0@" + events.size(), event));
    return this;
  }

  private Instant next() {
    return now.plusSeconds(1);
  }

  /** Sets the clock back before the next event. */
  HistoryBuilder earlier(int seconds) {
    now = now.minusSeconds(seconds);
    return this;
  }

  HistoryBuilder defined(int number, int maxattempts) {
    attempt = number;
    return add(
        JobDefinedBuilder.builder()
            .job(job)
            .wfuuid(workflow)
            .name("n")
            .jobtype("t")
            .payload("/bin/true")
            .timelimit(100)
            .attempt(number)
            .maxattempts(maxattempts)
            .user("u")
            .definedAt(next())
            .build());
  }

  HistoryBuilder withdrawn(boolean waitingOnly) {
    return add(new JobWithdrawn(job, workflow, waitingOnly, "by hand", "u", next()));
  }

  HistoryBuilder dispatched(long lease) {
    return progress(JobProgress.State.DISPATCHED, lease);
  }

  HistoryBuilder running(long lease) {
    return progress(JobProgress.State.RUNNING, lease);
  }

  HistoryBuilder requeued(long lease) {
    return progress(JobProgress.State.REQUEUED, lease);
  }

  private HistoryBuilder progress(JobProgress.State state, long lease) {
    return add(
        JobProgressBuilder.builder()
            .job(job)
            .wfuuid(workflow)
            .state(state)
            .attempt(attempt)
            .lease(lease)
            .pilot(pilot)
            .site("s")
            .host("h")
            .pid(1L)
            .hostWorkdir("/w")
            .at(next())
            .build());
  }

  HistoryBuilder ended(JobEnd state, long lease, Integer errcode) {
    return add(
        JobFinishedBuilder.builder()
            .job(job)
            .wfuuid(workflow)
            .jobtype("t")
            .state(state)
            .attempt(attempt)
            .lease(lease)
            .errcode(errcode)
            .pilot(lease == 0 ? null : pilot)
            .site("s")
            .host("h")
            .pid(1L)
            .hostWorkdir("/w")
            .tsSto(next())
            .build());
  }

  HistoryBuilder pilotEnded() {
    return add(
        PilotHeartbeatBuilder.builder()
            .pilot(pilot)
            .kind(PilotHeartbeat.Kind.END)
            .site("s")
            .host("h")
            .pid(1)
            .state("timeout")
            .status("TO")
            .slots(1)
            .tsReg(now)
            .at(next())
            .build());
  }

  HistoryBuilder workflowEnded() {
    return add(
        WorkflowFinishedBuilder.builder()
            .wfuuid(workflow)
            .name("w")
            .dag("d")
            .dagVersion(1)
            .state(WorkflowFinished.State.FINISHED)
            .nvertices(1)
            .ndone(1)
            .tsDef(now)
            .tsSta(now)
            .tsSto(next())
            .build());
  }

  /** Repeats the last record, as Kafka may do. */
  HistoryBuilder repeated() {
    events.add(events.get(events.size() - 1));
    return this;
  }

  /** Gives the last event the id of an earlier one. */
  HistoryBuilder withIdOfEventBefore(int back) {
    RecordedEvent last = events.remove(events.size() - 1);
    RecordedEvent other = events.get(events.size() - back);
    events.add(new RecordedEvent(other.id(), last.at(), last.place(), last.event()));
    return this;
  }

  /** The pilot sent a finish report and the broker accepted it. */
  HistoryBuilder reportAccepted(JobEnd state, long lease, Integer errcode) {
    ClientObservations.FinishReport report =
        new ClientObservations.FinishReport(job, lease, attempt, pilot, state, errcode);
    observations.reportSent(report);
    observations.reportAccepted(report);
    return this;
  }

  List<String> violations() {
    return new EventHistory(events, observations).violations();
  }
}
