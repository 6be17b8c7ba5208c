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
 * All that was told of one job, repeats left out. What shares a topic is in its order; between
 * topics only attempts, leases and times tell the order.
 */
final class Story {

  final UUID job;
  final List<Told> told = new ArrayList<>();

  /** Definitions and withdrawals, in order. */
  final List<Told> wishes = new ArrayList<>();

  final List<JobProgress> progress = new ArrayList<>();
  final List<JobFinished> ends = new ArrayList<>();
  final List<Known.Report> sent = new ArrayList<>();
  final List<Known.Report> accepted = new ArrayList<>();

  /** Pilots whose reports are all known. */
  Set<UUID> speakers = Set.of();

  Story(UUID job) {
    this.job = job;
  }

  void add(Told one) {
    told.add(one);
    Event event = one.event();
    if (event instanceof JobDefined || event instanceof JobWithdrawn) {
      wishes.add(one);
    } else if (event instanceof JobProgress step) {
      progress.add(step);
    } else if (event instanceof JobFinished end) {
      ends.add(end);
    }
  }

  List<JobDefined> definitions() {
    return wishes.stream()
        .map(Told::event)
        .filter(JobDefined.class::isInstance)
        .map(JobDefined.class::cast)
        .toList();
  }

  /** True if somebody did not want it any more, so that its payload was to be stopped. */
  boolean isCancelled() {
    return wishes.stream()
        .anyMatch(w -> w.event() instanceof JobWithdrawn said && !said.waitingOnly());
  }

  boolean isWithdrawn() {
    return wishes.stream().anyMatch(w -> w.event() instanceof JobWithdrawn);
  }

  /** Numbers of all attempts that anything was told of. */
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

  boolean speaksHere(UUID pilot) {
    return pilot != null && speakers.contains(pilot);
  }

  /** All of it for people, by time. */
  @Override
  public String toString() {
    return told.stream()
        .sorted(Comparator.comparing(Told::at))
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
