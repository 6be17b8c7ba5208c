package org.p3s.watcher.ledger;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A line of the ledger; size in bytes. */
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
    List<UUID> workflows) {

  static FileView of(Row row) {
    return new FileView(
        row.getUUID("uuid"),
        row.getString("watch"),
        row.getString("path"),
        row.getString("name"),
        row.getLong("size"),
        instant(row, "mtime"),
        row.getString("state"),
        row.getString("reason"),
        row.getLong("run"),
        row.getLong("subrun"),
        instant(row, "ts_seen"),
        instant(row, "ts_whole"),
        instant(row, "ts_done"),
        Arrays.asList(row.getArrayOfUUIDs("workflows")));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
