package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it was defined; where it is lies in {@link WorkflowProgress}.
 *
 * @param rerunOf the job that this one does again, or was taken over from; null for a new one
 */
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

  /** The variable in which a payload that has no data tag finds its input file. */
  public static final String INPUT_FILE = "P3S_INPUT_FILE";

  /** As it is when an attempt of it is defined, or passes as a noop. */
  public Job in(JobState now) {
    return new Job(
        uuid,
        wfuuid,
        node,
        name,
        jobtype,
        payload,
        params,
        env,
        infile,
        priority,
        timelimit,
        attempt,
        maxattempts,
        user,
        site,
        pUuid,
        optional,
        onfailure,
        requirements,
        inputs,
        outputs,
        staleafter,
        run,
        subrun,
        noop,
        parents,
        now,
        tsDef,
        rerunOf);
  }

  /** The same work as a new job of no workflow. */
  public Job again(UUID fresh, String who, Instant now) {
    return new Job(
        fresh,
        null,
        null,
        name,
        jobtype,
        payload,
        params,
        env,
        infile,
        priority,
        timelimit,
        1,
        maxattempts,
        who,
        site,
        pUuid,
        optional,
        onfailure,
        requirements,
        inputs,
        outputs,
        staleafter,
        run,
        subrun,
        noop,
        List.of(),
        JobState.DEFINED,
        now,
        uuid);
  }

  /** Past it, it is not worth starting; null: it always is. */
  public @Nullable Instant staleAt() {
    return staleafter == null ? null : tsDef.plusSeconds(staleafter);
  }
}
