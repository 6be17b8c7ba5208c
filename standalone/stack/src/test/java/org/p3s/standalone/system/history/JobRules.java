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

/** What must be true of each job, as a list of named rules; each says what is wrong. */
final class JobRules {

  /** A rule by name. */
  record Rule(String name, Check check) {}

  /** Looks at one job and complains. */
  interface Check {
    void look(Story story, Consumer<String> complain);
  }

  static final List<Rule> ALL =
      List.of(
          new Rule("every attempt ends exactly once", JobRules::endsOnce),
          new Rule("nothing happens to what was not defined", JobRules::defined),
          new Rule("leases of a job increase", JobRules::leasesIncrease),
          new Rule("a job has one holder at a time", JobRules::oneHolder),
          new Rule("an attempt ends in the hands that hold it", JobRules::endsWithHolder),
          new Rule("an accepted report is what the end says", JobRules::reportsKept),
          new Rule("no end is invented", JobRules::nothingInvented),
          new Rule("a retry is allowed and comes after the end before", JobRules::retries),
          new Rule("a retry that is due is not lost", JobRules::retryNotLost),
          new Rule("what was cancelled is not retried", JobRules::cancelledForGood));

  /** Ends that only a pilot's report can bring about. */
  private static final Set<JobEnd> REPORTED =
      EnumSet.of(JobEnd.FINISHED, JobEnd.TIMELIMIT, JobEnd.NONSTARTER);

  private static final int TIMELIMIT_CODE = 77;

  private static void endsOnce(Story story, Consumer<String> complain) {
    for (int attempt : story.attempts()) {
      int ends = story.ends(attempt).size();
      if (ends != 1) {
        complain.accept("attempt " + attempt + " ended " + ends + " times");
      }
    }
  }

  private static void defined(Story story, Consumer<String> complain) {
    for (int attempt : story.attempts()) {
      long times = story.definitions().stream().filter(d -> d.attempt() == attempt).count();
      if (times != 1) {
        complain.accept("attempt " + attempt + " was defined " + times + " times");
      }
    }
  }

  private static void leasesIncrease(Story story, Consumer<String> complain) {
    long highest = 0;
    int attempt = 0;
    for (JobProgress step : story.progress) {
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

  private static void oneHolder(Story story, Consumer<String> complain) {
    for (int attempt : story.attempts()) {
      Holding holding = new Holding();
      for (JobProgress step : story.progress(attempt)) {
        String wrong = holding.step(step);
        if (wrong != null) {
          complain.accept(wrong);
        }
      }
    }
  }

  private static void endsWithHolder(Story story, Consumer<String> complain) {
    for (JobFinished end : story.ends) {
      Holding holding = new Holding();
      story.progress(end.attempt()).forEach(holding::step);
      if (holding.lease() != end.lease()) {
        complain.accept(
            "attempt %d ended as %s by lease %d at %s, but lease %d was the last to hold it"
                .formatted(
                    end.attempt(), end.state().json(), end.lease(), end.tsSto(), holding.lease()));
      }
    }
  }

  private static void reportsKept(Story story, Consumer<String> complain) {
    for (Known.Report report : story.accepted) {
      List<JobFinished> ends = story.ends(report.attempt());
      if (ends.stream().noneMatch(end -> says(story, end, report))) {
        complain.accept(
            "accepted: "
                + report
                + "; told: "
                + ends.stream()
                    .map(e -> e.state().json() + " " + e.errcode() + " lease " + e.lease())
                    .toList());
      }
    }
  }

  private static boolean says(Story story, JobFinished end, Known.Report report) {
    boolean stopped =
        report.state() == JobEnd.KILLED && end.state() == JobEnd.CANCELLED && story.isCancelled();
    boolean sameCode =
        report.state() == JobEnd.TIMELIMIT
            ? Objects.equals(end.errcode(), TIMELIMIT_CODE)
            : report.errcode() == null || report.errcode().equals(end.errcode());
    return report.isOf(end.lease(), end.pilot())
        && (stopped || end.state() == report.state())
        && sameCode;
  }

  private static void nothingInvented(Story story, Consumer<String> complain) {
    for (JobFinished end : story.ends) {
      if (REPORTED.contains(end.state())
          && story.speaksHere(end.pilot())
          && story.sent.stream().noneMatch(report -> says(story, end, report))) {
        complain.accept(
            "ended as %s %s by lease %d, which its pilot %s never said"
                .formatted(end.state().json(), end.errcode(), end.lease(), end.pilot()));
      }
    }
  }

  private static void retries(Story story, Consumer<String> complain) {
    for (JobDefined again : story.definitions()) {
      int before = again.attempt() - 1;
      if (again.attempt() > again.maxattempts()) {
        complain.accept("attempt %d of %d".formatted(again.attempt(), again.maxattempts()));
      }
      if (before == 0) {
        continue;
      }
      List<JobFinished> ends = story.ends(before);
      if (ends.stream().noneMatch(end -> !end.tsSto().isAfter(again.definedAt()))) {
        complain.accept(
            "attempt %d defined at %s, but no attempt %d had ended by then"
                .formatted(again.attempt(), again.definedAt(), before));
      }
      if (ends.stream().anyMatch(JobFinished::succeeded)) {
        complain.accept("attempt %d, though attempt %d went well".formatted(before + 1, before));
      }
      for (JobProgress step : story.progress(again.attempt())) {
        if (ends.stream().anyMatch(end -> step.at().isBefore(end.tsSto()))) {
          complain.accept(
              "%s of attempt %d, lease %d, at %s, before attempt %d had ended"
                  .formatted(step.state(), step.attempt(), step.lease(), step.at(), before));
        }
      }
    }
  }

  private static void retryNotLost(Story story, Consumer<String> complain) {
    List<JobDefined> definitions = story.definitions();
    if (definitions.isEmpty() || story.isWithdrawn()) {
      return;
    }
    JobDefined last = definitions.get(definitions.size() - 1);
    // Within a workflow its progress decides, and may have given the job up.
    if (last.wfuuid() == null && last.attempt() < last.maxattempts()) {
      story.ends(last.attempt()).stream()
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

  private static void cancelledForGood(Story story, Consumer<String> complain) {
    boolean cancelled = false;
    for (Told wish : story.wishes) {
      if (wish.event() instanceof JobWithdrawn said) {
        cancelled |= !said.waitingOnly();
      } else if (cancelled && wish.event() instanceof JobDefined again) {
        complain.accept(
            "attempt %d defined at %s, after it had been cancelled"
                .formatted(again.attempt(), again.definedAt()));
      }
    }
  }

  private JobRules() {}
}
