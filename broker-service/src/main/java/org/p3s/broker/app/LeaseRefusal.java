package org.p3s.broker.app;

import java.util.UUID;
import org.p3s.broker.domain.Decision;
import org.p3s.platform.problem.ProblemException;

/** The answer to a report of a pilot that does not hold the job any more. */
final class LeaseRefusal {

  /** What the pilot has to do. */
  static final String STOP = "Stop that payload and drop its report.";

  static Decision noLiveJob(UUID job) {
    return new Decision.LeaseLost("Job " + job + " has ended, or was never here.");
  }

  /** Fails with lease-lost if that was decided. */
  static void throwIfLost(Decision decision, BrokerMetrics metrics) {
    if (decision instanceof Decision.LeaseLost lost) {
      metrics.leaseLost();
      throw new ProblemException(BrokerProblem.LEASE_LOST, lost.why() + " " + STOP);
    }
  }

  private LeaseRefusal() {}
}
