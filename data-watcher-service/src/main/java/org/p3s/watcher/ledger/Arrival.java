package org.p3s.watcher.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written of a file that was seen.
 *
 * @param state seen, arrived or skipped
 */
public record Arrival(
    UUID uuid,
    String path,
    String dirpath,
    String name,
    long size,
    Instant mtime,
    String state,
    @Nullable String reason,
    @Nullable Long run,
    @Nullable Long subrun,
    Instant seen,
    @Nullable Instant whole) {}
