package org.p3s.workflow.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vertex of a template: a job to be.
 *
 * @param timelimit seconds of wall clock
 * @param onfailure {@code stop} or {@code continue}
 * @param optional its failure does not fail the workflow
 * @param staleafter seconds from definition after which it is not worth starting; null: never
 * @param line where it stands in the GraphML; 0 if it came from elsewhere
 */
public record Node(
    String id,
    String payload,
    Map<String, String> env,
    String jobtype,
    long timelimit,
    int priority,
    int maxattempts,
    String onfailure,
    boolean optional,
    Map<String, String> requirements,
    @Nullable Long staleafter,
    int line) {

  /** A job of no work: it passes on the moment its parents are done. */
  public boolean isNoop() {
    return jobtype.equalsIgnoreCase("noop") || payload.isBlank();
  }
}
