package org.p3s.pilots.domain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that a pilot holds.
 *
 * @param lease the fencing number with which the broker gave the job to the pilot
 * @param pid the process of the payload, null if it has not started
 */
public record HeartbeatJob(UUID job, long lease, @Nullable Long pid) {}
