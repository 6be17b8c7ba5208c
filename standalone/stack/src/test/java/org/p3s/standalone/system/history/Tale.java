package org.p3s.standalone.system.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.contracts.Event;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobWithdrawn;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.contracts.WorkflowFinished;

/** A history made by hand, of one job; each event a second after the one before. */
final class Tale {

  final UUID job = UUID.randomUUID();
  final UUID pilot = UUID.randomUUID();
  final Known known = new Known();
  final List<Told> told = new ArrayList<>();
  UUID workflow;
  int attempt = 1;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  Tale says(Event event) {
    now = now.plusSeconds(1);
    told.add(new Told(UUID.randomUUID().toString(), now, "t-0@" + told.size(), event));
    return this;
  }

  private Instant next() {
    return now.plusSeconds(1);
  }

  /** The time goes back, as seen from the next event. */
  Tale earlier(int seconds) {
    now = now.minusSeconds(seconds);
    return this;
  }

  Tale defined(int number, int most) {
    attempt = number;
    return says(
        new JobDefined(
            job,
            workflow,
            null,
            "n",
            "t",
            "/bin/true",
            null,
            Map.of(),
            null,
            0,
            100,
            number,
            most,
            "u",
            null,
            null,
            false,
            Map.of(),
            List.of(),
            List.of(),
            null,
            null,
            next(),
            null,
            null));
  }

  Tale withdrawn(boolean waitingOnly) {
    return says(new JobWithdrawn(job, workflow, waitingOnly, "by hand", "u", next()));
  }

  Tale dispatched(long lease) {
    return step(JobProgress.State.DISPATCHED, lease);
  }

  Tale running(long lease) {
    return step(JobProgress.State.RUNNING, lease);
  }

  Tale requeued(long lease) {
    return step(JobProgress.State.REQUEUED, lease);
  }

  private Tale step(JobProgress.State state, long lease) {
    return says(
        new JobProgress(
            job, workflow, null, state, attempt, lease, pilot, "s", "h", 1L, "/w", null, next()));
  }

  Tale ended(JobEnd state, long lease, Integer errcode) {
    UUID by = lease == 0 ? null : pilot;
    return says(
        new JobFinished(
            job, workflow, null, "t", state, attempt, lease, errcode, null, null, by, "s", "h", 1L,
            "/w", null, null, next(), null, null, List.of(), List.of(), null, null));
  }

  Tale pilotEnds() {
    return says(
        new PilotHeartbeat(
            pilot,
            PilotHeartbeat.Kind.END,
            "s",
            "h",
            1,
            "timeout",
            "TO",
            1,
            List.of(),
            0,
            null,
            null,
            now,
            next()));
  }

  Tale workflowEnds() {
    return says(
        new WorkflowFinished(
            workflow,
            "w",
            "d",
            1,
            WorkflowFinished.State.FINISHED,
            null,
            1,
            1,
            null,
            null,
            null,
            now,
            now,
            next(),
            false));
  }

  /** The last event again, as Kafka repeats it. */
  Tale again() {
    told.add(told.get(told.size() - 1));
    return this;
  }

  /** The last event's id once more, with other words. */
  Tale sameIdAs(int back) {
    Told last = told.remove(told.size() - 1);
    Told other = told.get(told.size() - back);
    told.add(new Told(other.id(), last.at(), last.place(), last.event()));
    return this;
  }

  Tale accepts(JobEnd state, long lease, Integer errcode) {
    Known.Report report = new Known.Report(job, lease, attempt, pilot, state, errcode);
    known.reportSent(report);
    known.reportAccepted(report);
    return this;
  }

  List<String> violations() {
    return new History(told, known).violations();
  }
}
