package org.p3s.standalone.system.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.p3s.contracts.Event;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobWithdrawn;

/**
 * All events of one job, without repeats. Events of one topic are in the order of the topic. The
 * order of events of different topics follows only from attempts, leases and times.
 */
final class JobHistory {

  final UUID job;
  final List<RecordedEvent> events = new ArrayList<>();

  /** Definitions and withdrawals, in order; both are on the topic {@code job-defined}. */
  final List<RecordedEvent> requests = new ArrayList<>();

  final List<JobProgress> progress = new ArrayList<>();
  final List<JobFinished> ends = new ArrayList<>();
  final List<ClientObservations.FinishReport> sent = new ArrayList<>();
  final List<ClientObservations.FinishReport> accepted = new ArrayList<>();

  /** Pilots of which all reports are in {@link #sent}. */
  Set<UUID> observedPilots = Set.of();

  JobHistory(UUID job) {
    this.job = job;
  }

  void add(RecordedEvent one) {
    events.add(one);
    Event event = one.event();
    if (event instanceof JobDefined || event instanceof JobWithdrawn) {
      requests.add(one);
    } else if (event instanceof JobProgress step) {
      progress.add(step);
    } else if (event instanceof JobFinished end) {
      ends.add(end);
    }
  }

  List<JobDefined> definitions() {
    return requests.stream()
        .map(RecordedEvent::event)
        .filter(JobDefined.class::isInstance)
        .map(JobDefined.class::cast)
        .toList();
  }

  /** True if the job was cancelled, so that its payload had to be stopped. */
  boolean isCancelled() {
    return requests.stream()
        .anyMatch(request -> request.event() instanceof JobWithdrawn w && !w.waitingOnly());
  }

  /** True if the job was cancelled, or withdrawn in case it still waits. */
  boolean isWithdrawn() {
    return requests.stream().anyMatch(request -> request.event() instanceof JobWithdrawn);
  }

  /** The numbers of all attempts of which there is an event. */
  TreeSet<Integer> attempts() {
    TreeSet<Integer> all = new TreeSet<>();
    definitions().forEach(d -> all.add(d.attempt()));
    progress.forEach(p -> all.add(p.attempt()));
    ends.forEach(e -> all.add(e.attempt()));
    return all;
  }

  List<JobFinished> ends(int attempt) {
    return ends.stream().filter(end -> end.attempt() == attempt).toList();
  }

  List<JobProgress> progress(int attempt) {
    return progress.stream().filter(step -> step.attempt() == attempt).toList();
  }

  boolean isObserved(UUID pilot) {
    return pilot != null && observedPilots.contains(pilot);
  }

  /** All events by time, for messages. */
  @Override
  public String toString() {
    return events.stream()
        .sorted(Comparator.comparing(RecordedEvent::at))
        .map(one -> "    " + one.at() + " " + describe(one.event()) + "  (" + one.place() + ")")
        .collect(Collectors.joining("\n"));
  }

  private static String describe(Event event) {
    if (event instanceof JobDefined d) {
      return "defined attempt %d of %d".formatted(d.attempt(), d.maxattempts());
    }
    if (event instanceof JobWithdrawn w) {
      return "withdrawn%s: %s".formatted(w.waitingOnly() ? " if it waits" : "", w.reason());
    }
    if (event instanceof JobAdjusted a) {
      return "priority " + a.priority();
    }
    if (event instanceof JobProgress p) {
      return "%s attempt %d lease %d pilot %s%s"
          .formatted(
              p.state(),
              p.attempt(),
              p.lease(),
              p.pilot(),
              p.reason() == null ? "" : ": " + p.reason());
    }
    if (event instanceof JobFinished e) {
      return "ended %s attempt %d lease %d errcode %s pilot %s%s"
          .formatted(
              e.state().json(),
              e.attempt(),
              e.lease(),
              e.errcode(),
              e.pilot(),
              e.reason() == null ? "" : ": " + e.reason());
    }
    return event.toString();
  }
}
