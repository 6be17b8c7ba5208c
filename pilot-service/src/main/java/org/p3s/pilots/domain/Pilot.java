package org.p3s.pilots.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pilot as the database has it.
 *
 * @param jobs the jobs that it holds, as its last heartbeat said
 * @param jobcount how many jobs it has ended
 * @param extra the batch system's id of the pilot
 * @param heartbeatPeriod the time between two heartbeats that its site asks for
 * @param command what its next heartbeat is answered with
 * @param reason why it ended
 */
public record Pilot(
    UUID uuid,
    String site,
    String host,
    long pid,
    PilotState state,
    PilotStatus status,
    int slots,
    List<HeartbeatJob> jobs,
    int jobcount,
    @Nullable String extra,
    Duration heartbeatPeriod,
    @Nullable PilotCommand command,
    @Nullable String reason,
    Instant createdAt,
    Instant registeredAt,
    Instant lastHeartbeat,
    @Nullable Instant endedAt) {}
