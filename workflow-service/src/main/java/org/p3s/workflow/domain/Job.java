package org.p3s.workflow.domain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is defined: everything that the broker, and then the pilot, must know of it.
 *
 * @param wfuuid null for a job that belongs to no workflow
 * @param node its node in the template, null for a job that belongs to no workflow
 * @param timelimit seconds of wall clock
 * @param attempt 1 for the first
 * @param site the site where it must run; null: any
 * @param onfailure {@code stop} or {@code continue}, as of its node
 * @param inputs paths of the files that it reads
 * @param outputs paths of the files that it should write
 * @param staleafter seconds after {@code tsDef}, past which it is not worth starting; null: never
 * @param noop true if it does nothing
 * @param parents the jobs that have to end before it starts
 * @param rerunOf the job that this one does again, or was taken over from; null for a new one
 */
@RecordBuilder
public record Job(
    UUID uuid,
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
    String onfailure,
    Map<String, String> requirements,
    List<String> inputs,
    List<String> outputs,
    @Nullable Long staleafter,
    @Nullable Long run,
    @Nullable Long subrun,
    boolean noop,
    List<UUID> parents,
    JobState state,
    Instant tsDef,
    @Nullable UUID rerunOf) {

  /** The variable in which a payload finds its input file if the edge has no data tag. */
  public static final String INPUT_FILE = "P3S_INPUT_FILE";

  Job withState(JobState next) {
    return JobBuilder.builder(this).state(next).build();
  }

  /** A new job that does the same work and belongs to no workflow. */
  public Job rerun(UUID newUuid, String byUser, Instant now) {
    return JobBuilder.builder(this)
        .uuid(newUuid)
        .wfuuid(null)
        .node(null)
        .attempt(1)
        .user(byUser)
        .parents(List.of())
        .state(JobState.DEFINED)
        .tsDef(now)
        .rerunOf(uuid)
        .build();
  }

  /** The time past which it is not worth starting; null: it always is. */
  public @Nullable Instant staleAt() {
    return staleafter == null ? null : tsDef.plusSeconds(staleafter);
  }
}
