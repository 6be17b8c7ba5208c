package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of a job as its pilot saw it: what it was to read when the payload began, what it was to
 * write after its end.
 *
 * @param size bytes, null if the file is not there
 * @param checksum {@code algorithm:hex}, null if none was asked for
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
