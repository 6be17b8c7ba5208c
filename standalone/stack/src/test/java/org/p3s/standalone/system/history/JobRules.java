package org.p3s.standalone.system.history;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.contracts.JobWithdrawn;

/** The rules that the events of every job must keep. */
final class JobRules {

  /** A rule and its name, which is a sentence. */
  record Rule(String name, Check check) {}

  /** Checks one job; calls {@code complain} with each violation. */
  interface Check {
    void check(JobHistory job, Consumer<String> complain);
  }

  static final List<Rule> ALL =
      List.of(
          new Rule("every attempt ends exactly once", JobRules::endsOnce),
          new Rule("every attempt is defined exactly once", JobRules::definedOnce),
          new Rule("leases of a job increase", JobRules::leasesIncrease),
          new Rule("a job has one holder at a time", JobRules::oneHolder),
          new Rule("an attempt ends with the lease that holds it", JobRules::endsWithHolder),
          new Rule("an end agrees with the accepted report", JobRules::endAgreesWithReport),
          new Rule("the end of a payload was reported by its pilot", JobRules::endWasReported),
          new Rule(
              "a retry is allowed and follows the end of the attempt before",
              JobRules::retryIsAllowed),
          new Rule("a failed job with attempts left is retried", JobRules::failedJobIsRetried),
          new Rule("a cancelled job is not retried", JobRules::cancelledIsNotRetried));

  /** End states that only a report of a pilot can cause. */
  private static final Set<JobEnd> REPORTED =
      EnumSet.of(JobEnd.FINISHED, JobEnd.TIMELIMIT, JobEnd.NONSTARTER);

  private static final int TIMELIMIT_CODE = 77;

  private static void endsOnce(JobHistory job, Consumer<String> complain) {
    for (int attempt : job.attempts()) {
      int ends = job.ends(attempt).size();
      if (ends != 1) {
        complain.accept("attempt " + attempt + " ended " + ends + " times");
      }
    }
  }

  private static void definedOnce(JobHistory job, Consumer<String> complain) {
    for (int attempt : job.attempts()) {
      long times = job.definitions().stream().filter(d -> d.attempt() == attempt).count();
      if (times != 1) {
        complain.accept("attempt " + attempt + " was defined " + times + " times");
      }
    }
  }

  private static void leasesIncrease(JobHistory job, Consumer<String> complain) {
    long highest = 0;
    int attempt = 0;
    for (JobProgress step : job.progress) {
      if (step.attempt() < attempt) {
        complain.accept(
            "%s by lease %d of attempt %d after attempt %d had begun"
                .formatted(step.state(), step.lease(), step.attempt(), attempt));
      }
      attempt = Math.max(attempt, step.attempt());
      if (step.state() == JobProgress.State.DISPATCHED) {
        if (step.lease() <= highest) {
          complain.accept(
              "lease %d at %s follows lease %d".formatted(step.lease(), step.at(), highest));
        }
        highest = Math.max(highest, step.lease());
      }
    }
  }

  private static void oneHolder(JobHistory job, Consumer<String> complain) {
    for (int attempt : job.attempts()) {
      LeaseTracker tracker = new LeaseTracker();
      for (JobProgress step : job.progress(attempt)) {
        String wrong = tracker.apply(step);
        if (wrong != null) {
          complain.accept(wrong);
        }
      }
    }
  }

  private static void endsWithHolder(JobHistory job, Consumer<String> complain) {
    for (JobFinished end : job.ends) {
      LeaseTracker tracker = new LeaseTracker();
      job.progress(end.attempt()).forEach(tracker::apply);
      if (tracker.lease() != end.lease()) {
        complain.accept(
            "attempt %d ended as %s by lease %d at %s, but lease %d was the last to hold it"
                .formatted(
                    end.attempt(), end.state().json(), end.lease(), end.tsSto(), tracker.lease()));
      }
    }
  }

  private static void endAgreesWithReport(JobHistory job, Consumer<String> complain) {
    for (ClientObservations.FinishReport report : job.accepted) {
      List<JobFinished> ends = job.ends(report.attempt());
      if (ends.stream().noneMatch(end -> agrees(job, end, report))) {
        complain.accept(
            "accepted: "
                + report
                + "; ends on the topic: "
                + ends.stream()
                    .map(e -> e.state().json() + " " + e.errcode() + " lease " + e.lease())
                    .toList());
      }
    }
  }

  private static boolean agrees(
      JobHistory job, JobFinished end, ClientObservations.FinishReport report) {
    boolean stopped =
        report.state() == JobEnd.KILLED && end.state() == JobEnd.CANCELLED && job.isCancelled();
    boolean sameCode =
        report.state() == JobEnd.TIMELIMIT
            ? Objects.equals(end.errcode(), TIMELIMIT_CODE)
            : report.errcode() == null || report.errcode().equals(end.errcode());
    return report.isOf(end.lease(), end.pilot())
        && (stopped || end.state() == report.state())
        && sameCode;
  }

  private static void endWasReported(JobHistory job, Consumer<String> complain) {
    for (JobFinished end : job.ends) {
      if (REPORTED.contains(end.state())
          && job.isObserved(end.pilot())
          && job.sent.stream().noneMatch(report -> agrees(job, end, report))) {
        complain.accept(
            "ended as %s %s by lease %d, which its pilot %s never reported"
                .formatted(end.state().json(), end.errcode(), end.lease(), end.pilot()));
      }
    }
  }

  private static void retryIsAllowed(JobHistory job, Consumer<String> complain) {
    for (JobDefined again : job.definitions()) {
      int before = again.attempt() - 1;
      if (again.attempt() > again.maxattempts()) {
        complain.accept("attempt %d of %d".formatted(again.attempt(), again.maxattempts()));
      }
      if (before == 0) {
        continue;
      }
      List<JobFinished> ends = job.ends(before);
      if (ends.stream().noneMatch(end -> !end.tsSto().isAfter(again.definedAt()))) {
        complain.accept(
            "attempt %d defined at %s, but no attempt %d had ended by then"
                .formatted(again.attempt(), again.definedAt(), before));
      }
      if (ends.stream().anyMatch(JobFinished::succeeded)) {
        complain.accept("attempt %d, though attempt %d succeeded".formatted(before + 1, before));
      }
      for (JobProgress step : job.progress(again.attempt())) {
        if (ends.stream().anyMatch(end -> step.at().isBefore(end.tsSto()))) {
          complain.accept(
              "%s of attempt %d, lease %d, at %s, before attempt %d had ended"
                  .formatted(step.state(), step.attempt(), step.lease(), step.at(), before));
        }
      }
    }
  }

  private static void failedJobIsRetried(JobHistory job, Consumer<String> complain) {
    List<JobDefined> definitions = job.definitions();
    if (definitions.isEmpty() || job.isWithdrawn()) {
      return;
    }
    JobDefined last = definitions.get(definitions.size() - 1);
    // The workflow service may give up a job of a workflow that has failed.
    if (last.wfuuid() == null && last.attempt() < last.maxattempts()) {
      job.ends(last.attempt()).stream()
          .filter(end -> !end.succeeded())
          .filter(end -> end.state() != JobEnd.CANCELLED && end.state() != JobEnd.DROPPED)
          .forEach(
              end ->
                  complain.accept(
                      "attempt %d ended as %s %s at %s; no attempt %d of %d was defined"
                          .formatted(
                              end.attempt(),
                              end.state().json(),
                              end.errcode(),
                              end.tsSto(),
                              end.attempt() + 1,
                              last.maxattempts())));
    }
  }

  private static void cancelledIsNotRetried(JobHistory job, Consumer<String> complain) {
    boolean cancelled = false;
    for (RecordedEvent request : job.requests) {
      if (request.event() instanceof JobWithdrawn withdrawn) {
        cancelled |= !withdrawn.waitingOnly();
      } else if (cancelled && request.event() instanceof JobDefined again) {
        complain.accept(
            "attempt %d defined at %s, after it had been cancelled"
                .formatted(again.attempt(), again.definedAt()));
      }
    }
  }

  private JobRules() {}
}
