package org.p3s.workflow.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a template, which becomes a job in each workflow.
 *
 * @param timelimit seconds of wall clock
 * @param onfailure {@code stop}: its failure ends the workflow; {@code continue}: its children run
 * @param optional true if its failure does not make the workflow fail
 * @param staleafter seconds after the definition, past which it is not worth starting; null: never
 * @param line its line in the GraphML file; 0 if it came from elsewhere
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

  /** True if it does nothing: it succeeds as soon as its parents have ended. */
  public boolean isNoop() {
    return jobtype.equalsIgnoreCase("noop") || payload.isBlank();
  }
}
