package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job may now be given to a pilot. A retry of a job is a new definition with the next {@code
 * attempt}.
 *
 * @param wfuuid the workflow, null for a job posted on its own
 * @param node the node's id in the DAG, null where there is none
 * @param priority jobs with a higher number run first
 * @param timelimit seconds of wall-clock time
 * @param attempt 1 for the first
 * @param site only pilots of this site may run it; null: any site
 * @param pUuid only this pilot may run it; null: any pilot
 * @param optional it is dropped first under overload
 * @param requirements labels that the pilot must carry
 * @param inputs paths the payload reads; {@code outputs} those it should write
 * @param run the number of the run, for data quality results; null if unknown
 * @param staleAt after this time a job that still waits is dropped; null: never
 * @param notBefore a retry is not given to a pilot before this time; null: at once
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
