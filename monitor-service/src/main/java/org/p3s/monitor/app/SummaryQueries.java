package org.p3s.monitor.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;

/** The counts of the summary. Counts by state are in the order of the states' names. */
public interface SummaryQueries {

  Uni<Map<String, Long>> jobsByState();

  Uni<Map<String, Long>> workflowsByState();

  /** Without the pilots that ended more than a day ago. */
  Uni<Map<String, Long>> pilotsByState();

  Uni<Map<String, Long>> filesByState();

  /**
   * The jobs that ended in the last so many seconds, for each of the lengths.
   *
   * @param lengths in seconds, at most one day each
   */
  Uni<List<SystemSummary.Window>> endedJobs(List<Integer> lengths);

  Uni<SystemSummary.Backlog> backlog();
}
