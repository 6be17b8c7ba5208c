package org.p3s.standalone.system.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.p3s.contracts.JobEnd;

/** What the tests of the history rules share. */
final class HistoryAssertions {

  /** A history in which all rules are kept. */
  static HistoryBuilder rightHistory() {
    HistoryBuilder history = new HistoryBuilder();
    history.observations.jobAccepted(history.job);
    history.observations.pilotReportsHere(history.pilot);
    return history
        .defined(1, 1)
        .dispatched(3)
        .requeued(3)
        .dispatched(5)
        .running(5)
        .reportAccepted(JobEnd.FINISHED, 5, 0)
        .ended(JobEnd.FINISHED, 5, 0);
  }

  /** Asserts that the history violates the rule. */
  static void assertViolation(String rule, HistoryBuilder history) {
    assertThat(history.violations())
        .as("%s", history.events)
        .anySatisfy(violation -> assertThat(violation).startsWith(rule));
  }

  private HistoryAssertions() {}
}
