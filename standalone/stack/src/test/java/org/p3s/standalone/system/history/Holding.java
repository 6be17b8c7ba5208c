package org.p3s.standalone.system.history;

import org.p3s.contracts.JobProgress;

/** Who holds an attempt, followed step by step. */
final class Holding {

  private long lease;
  private boolean runs;

  /** The lease that holds it, 0 while it waits. */
  long lease() {
    return lease;
  }

  /** What is wrong with the step, or null. */
  String step(JobProgress step) {
    return switch (step.state()) {
      case DISPATCHED -> dispatched(step);
      case RUNNING -> running(step);
      case REQUEUED -> requeued(step);
    };
  }

  private String dispatched(JobProgress step) {
    String wrong =
        lease == 0
            ? null
            : "lease %d given to pilot %s at %s while lease %d was live"
                .formatted(step.lease(), step.pilot(), step.at(), lease);
    lease = step.lease();
    runs = false;
    return wrong;
  }

  private String running(JobProgress step) {
    if (step.lease() != lease) {
      return "lease %d runs at %s, but lease %d holds the job"
          .formatted(step.lease(), step.at(), lease);
    }
    String wrong = runs ? "lease %d runs twice, at %s".formatted(lease, step.at()) : null;
    runs = true;
    return wrong;
  }

  private String requeued(JobProgress step) {
    if (step.lease() != lease) {
      return "lease %d taken back at %s, but lease %d holds the job"
          .formatted(step.lease(), step.at(), lease);
    }
    String wrong =
        runs ? "lease %d taken back at %s while its payload ran".formatted(lease, step.at()) : null;
    lease = 0;
    runs = false;
    return wrong;
  }
}
