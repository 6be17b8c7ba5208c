package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of a job as its pilot saw it: an input when the payload started, an output
 * after it ended.
 *
 * @param size bytes, null if the file does not exist
 * @param checksum {@code algorithm:hex}, null if none was requested
 */
public record ObservedFile(
    String path,
    boolean exists,
    @Nullable Long size,
    @Nullable Instant mtime,
    @Nullable String checksum) {
  public ObservedFile {
    requireNonNull(path, "path");
  }
}
