package org.p3s.pilot.payload;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.console.PilotLog;

/**
 * The log of one stream of a payload. The beginning goes to a file at once; the end is kept in
 * memory and added to the file when the log is closed. What does not fit into the limit of the file
 * is left out, and a line in the file says how much, so that the output of a payload cannot fill
 * the disk of a worker. A full disk does not stop a payload that only writes output.
 */
final class StreamLog implements Closeable {

  private final Path path;
  private final OutputStream file;
  private final long limit;
  private final LogTail tail = new LogTail();
  private long written;
  private @Nullable IOException failure;

  /**
   * @param limit the size of the file in bytes, about; 0 for no limit
   */
  StreamLog(Path path, long limit) throws IOException {
    this.path = path;
    this.file = Files.newOutputStream(path);
    this.limit = limit == 0 ? Long.MAX_VALUE : limit;
  }

  LogTail tail() {
    return tail;
  }

  /** To be called by one thread only. */
  void write(byte[] bytes, int length) {
    tail.add(bytes, length);
    // After the first byte that is left out, nothing is written before the log is closed.
    boolean complete = written == tail.total() - length;
    int room = (int) Math.max(0, Math.min(length, limit - LogTail.MAX_BYTES - written));
    if (complete && room > 0) {
      writeToFile(bytes, room);
    }
  }

  private void writeToFile(byte[] bytes, int length) {
    if (failure != null) {
      return;
    }
    try {
      file.write(bytes, 0, length);
      written += length;
    } catch (IOException e) {
      failure = e;
      PilotLog.line("%s: no more output is written to it: %s", path, PilotLog.describe(e));
    }
  }

  /** Writes the end of the stream to the file, after a line about the bytes that are left out. */
  @Override
  public void close() {
    try (OutputStream out = file) {
      LogTail.Piece end = tail.from(written);
      long leftOut = end.from() - written;
      if (leftOut > 0) {
        String why =
            failure == null ? "the log is longer than its limit" : PilotLog.describe(failure);
        String mark = "\n[p3s pilot: %d bytes are left out here: %s]\n".formatted(leftOut, why);
        out.write(mark.getBytes(StandardCharsets.UTF_8));
      }
      out.write(end.bytes());
    } catch (IOException e) {
      PilotLog.line("%s is not complete: %s", path, PilotLog.describe(e));
    }
  }
}
