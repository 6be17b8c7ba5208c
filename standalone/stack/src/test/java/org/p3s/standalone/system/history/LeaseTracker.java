package org.p3s.standalone.system.history;

import org.p3s.contracts.JobProgress;

/** Follows which lease holds an attempt, from one progress event to the next. */
final class LeaseTracker {

  private long lease;
  private boolean runs;

  /** The lease that holds the attempt; 0 while it waits in the queue. */
  long lease() {
    return lease;
  }

  /** Applies an event; returns what is wrong with it, or null. */
  String apply(JobProgress step) {
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
            : "lease %d was given to pilot %s at %s while lease %d held the job"
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
    String wrong = runs ? "lease %d started a second time at %s".formatted(lease, step.at()) : null;
    runs = true;
    return wrong;
  }

  private String requeued(JobProgress step) {
    if (step.lease() != lease) {
      return "lease %d was requeued at %s, but lease %d holds the job"
          .formatted(step.lease(), step.at(), lease);
    }
    String wrong =
        runs
            ? "lease %d was requeued at %s while its payload ran".formatted(lease, step.at())
            : null;
    lease = 0;
    runs = false;
    return wrong;
  }
}
