package org.p3s.watcher.domain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file as the ledger records it before its workflows start.
 *
 * @param directory the path without the name
 * @param size bytes
 * @param state seen, arrived or skipped
 * @param reason why it waits or was skipped; null if there is nothing to say
 * @param completeAt when it was found complete; null while it is not
 */
@RecordBuilder
public record FileRecord(
    UUID uuid,
    String path,
    String directory,
    String name,
    long size,
    Instant mtime,
    FileState state,
    @Nullable String reason,
    RunNumber run,
    Instant firstSeen,
    @Nullable Instant completeAt) {}
