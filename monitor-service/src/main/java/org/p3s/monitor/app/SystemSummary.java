package org.p3s.monitor.app;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The numbers of the first page: things by state, jobs that ended lately, and what waits.
 *
 * @param deadLetters records that a service could not use
 * @param ts when the summary was made
 */
public record SystemSummary(
    Map<String, Long> jobs,
    Map<String, Long> workflows,
    Map<String, Long> pilots,
    Map<String, Long> files,
    List<Window> windows,
    Backlog backlog,
    long deadLetters,
    Instant ts) {

  /** The jobs that ended in the last so many seconds: with success, and with failure. */
  public record Window(int seconds, long finished, long failed) {}

  /**
   * The jobs that wait for a pilot.
   *
   * @param oldestS how long the first of them has waited, in seconds
   */
  public record Backlog(long waiting, double oldestS) {}
}
