package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that a job was to write, as its pilot saw it after the payload's end.
 *
 * @param size bytes, null if the file is not there
 * @param checksum {@code algorithm:hex}, null if none was asked for
 */
public record OutputFile(
    String path,
    boolean exists,
    @Nullable Long size,
    @Nullable Instant mtime,
    @Nullable String checksum) {
  public OutputFile {
    requireNonNull(path, "path");
  }
}
