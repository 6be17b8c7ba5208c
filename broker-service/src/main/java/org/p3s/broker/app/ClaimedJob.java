package org.p3s.broker.app;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that was given to a pilot, with all that the pilot needs to run it.
 *
 * @param lease the fencing number, which every report about the job has to carry
 * @param request the id of the slot request that is answered
 * @param timelimit seconds of wall clock
 * @param inputs paths that the payload reads
 * @param outputs paths that the payload should write
 */
public record ClaimedJob(
    UUID job,
    long lease,
    UUID request,
    int attempt,
    @Nullable UUID wfuuid,
    @Nullable String node,
    String name,
    String jobtype,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    @Nullable String infile,
    long timelimit,
    List<String> inputs,
    List<String> outputs,
    Instant tsDef) {}
