package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as it was defined; where it is lies in {@link Progress}. */
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
    Instant tsDef) {

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
        tsDef);
  }
}
