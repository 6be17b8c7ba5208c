package org.p3s.broker.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as the API shows it; of an ended job, its last attempt. */
@RecordBuilder
public record JobView(
    UUID uuid,
    String name,
    String jobtype,
    @Nullable String user,
    @Nullable String site,
    @Nullable String host,
    String state,
    @Nullable String outcome,
    @Nullable Integer priority,
    @Nullable Long timelimit,
    int attempt,
    @Nullable Integer maxattempts,
    @Nullable String payload,
    @Nullable String params,
    @Nullable Map<String, String> env,
    @Nullable String infile,
    @Nullable UUID wfuuid,
    @Nullable String node,
    @Nullable UUID pUuid,
    @Nullable Long lease,
    @Nullable Long pid,
    @Nullable Integer errcode,
    @Nullable Integer signal,
    @Nullable String reason,
    Instant tsDef,
    @Nullable Instant tsDis,
    @Nullable Instant tsSta,
    @Nullable Instant tsSto,
    @Nullable Instant staleAt,
    @Nullable Double cpuS,
    @Nullable Long maxRssKib,
    @Nullable String hostWorkdir,
    @Nullable Long place,
    @Nullable Long placeMoreThan) {}
