package org.p3s.watcher.domain;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is watched, and what becomes of its files.
 *
 * @param pattern a glob on the file's name; names with a leading dot match only if it has one too
 * @param quietPeriod a file is whole when size and time stood still for so long; zero: at once,
 *     which is right where files are renamed into place
 * @param marker a file is whole when a file of its name plus this suffix is there; null: by time
 * @param minSize bytes; smaller files wait
 * @param fraction share of the files that is taken, by a hash of their names
 * @param cap most files under way at once; others wait as seen
 * @param placeholder the edge that the file lies on, {@code SRC:TGT}, or {@code SRC:TGT:TAG}
 * @param after keep, move or delete, once the file is processed
 */
public record Watch(
    String name,
    String path,
    String pattern,
    boolean recursive,
    Duration quietPeriod,
    @Nullable String marker,
    long minSize,
    Duration minAge,
    double fraction,
    @Nullable Integer cap,
    List<String> dags,
    @Nullable String placeholder,
    @Nullable Integer priority,
    @Nullable Long staleafter,
    String after,
    @Nullable String moveTo,
    String user) {}
