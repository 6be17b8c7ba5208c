package org.p3s.broker.app;

import java.util.UUID;
import org.p3s.broker.domain.Decision;
import org.p3s.platform.problem.ProblemException;

/** How a pilot is told that it does not hold a job any more. */
final class Refusal {

  /** What the pilot is to do about it. */
  static final String STOP = "Stop that payload and drop its report.";

  static Decision ended(UUID job) {
    return new Decision.Lost("Job " + job + " has ended, or was never here.");
  }

  /** Fails with lease-lost if that was decided. */
  static void ifLost(Decision decision, Meters meters) {
    if (decision instanceof Decision.Lost lost) {
      meters.lost();
      throw new ProblemException(BrokerProblem.LEASE_LOST, lost.why() + " " + STOP);
    }
  }

  private Refusal() {}
}
