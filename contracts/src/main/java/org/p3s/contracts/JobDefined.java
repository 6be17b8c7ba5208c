package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job may now be given to a pilot. A retry of the same job is a new definition with the next
 * {@code attempt}.
 *
 * @param wfuuid the workflow, null for a job posted on its own
 * @param node the node's id in the DAG, null where there is none
 * @param priority higher is sooner
 * @param timelimit seconds of wall clock
 * @param attempt 1 for the first
 * @param site only pilots of this site may take it; null: any
 * @param requirements labels that the pilot must carry
 * @param inputs paths the payload reads; {@code outputs} those it should write
 * @param run for DQM results; null where unknown
 * @param staleAt past it an undispatched job is dropped; null: never
 * @param notBefore a retry is not given out before it; null: at once
 */
@RecordBuilder
public record JobDefined(
    UUID job,
    @Nullable UUID wfuuid,
    @Nullable String node,
    String name,
    String jobtype,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    @Nullable String infile,
    int priority,
    long timelimit,
    int attempt,
    int maxattempts,
    @Nullable String user,
    @Nullable String site,
    @Nullable UUID pUuid,
    boolean optional,
    Map<String, String> requirements,
    List<String> inputs,
    List<String> outputs,
    @Nullable Long run,
    @Nullable Long subrun,
    Instant definedAt,
    @Nullable Instant staleAt,
    @Nullable Instant notBefore)
    implements Event {
  public JobDefined {
    requireNonNull(job, "job");
    requireNonNull(name, "name");
    requireNonNull(jobtype, "jobtype");
    requireNonNull(payload, "payload");
    requireNonNull(definedAt, "defined_at");
    env = env == null ? Map.of() : Map.copyOf(env);
    requirements = requirements == null ? Map.of() : Map.copyOf(requirements);
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    outputs = outputs == null ? List.of() : List.copyOf(outputs);
    attempt = attempt == 0 ? 1 : attempt;
    maxattempts = maxattempts == 0 ? 1 : maxattempts;
  }

  @Override
  public String key() {
    return (wfuuid == null ? job : wfuuid).toString();
  }
}
