package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new data file is complete and was selected by its watch.
 *
 * @param file the watcher's id of this arrival; an arrival makes each workflow once
 * @param path the full path, {@code dirpath + "/" + name}
 * @param size bytes
 * @param dags the templates to instantiate, each with the file on its placeholder edge
 * @param placeholder {@code SRC:TGT}, or {@code SRC:TGT:TAG} for one of parallel edges; null: every
 *     edge that leaves a root noop
 * @param staleafter staleness deadline in seconds after the job's definition; null: the template's
 * @param seenAt when the watcher first saw the file
 * @param wholeAt when the watcher found the file complete
 */
@RecordBuilder
public record FileArrived(
    UUID file,
    String watch,
    String path,
    String dirpath,
    String name,
    long size,
    Instant mtime,
    @Nullable Long run,
    @Nullable Long subrun,
    List<String> dags,
    @Nullable String placeholder,
    @Nullable Integer priority,
    @Nullable Long staleafter,
    @Nullable String user,
    Instant seenAt,
    Instant wholeAt)
    implements Event {
  public FileArrived {
    requireNonNull(file, "file");
    requireNonNull(watch, "watch");
    requireNonNull(path, "path");
    requireNonNull(dirpath, "dirpath");
    requireNonNull(name, "name");
    requireNonNull(mtime, "mtime");
    requireNonNull(seenAt, "seen_at");
    requireNonNull(wholeAt, "whole_at");
    dags = List.copyOf(dags);
  }

  @Override
  public String key() {
    return watch + ":" + path;
  }
}
