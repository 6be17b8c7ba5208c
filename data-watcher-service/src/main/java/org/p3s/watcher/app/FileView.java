package org.p3s.watcher.app;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file of the ledger as the API shows it.
 *
 * @param size bytes
 * @param reason why it waits or was skipped, or what became of its move or deletion
 * @param tsSeen when it was found
 * @param tsWhole when it was found complete
 * @param tsDone when its workflows had ended
 * @param workflows the ids of its workflows, reruns included
 */
public record FileView(
    UUID uuid,
    String watch,
    String path,
    String name,
    long size,
    @Nullable Instant mtime,
    String state,
    @Nullable String reason,
    @Nullable Long run,
    @Nullable Long subrun,
    @Nullable Instant tsSeen,
    @Nullable Instant tsWhole,
    @Nullable Instant tsDone,
    List<UUID> workflows) {}
