package org.p3s.pilot;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a payload writes to one stream: its beginning in a file, its end in memory until it is
 * closed. A file over the limit has a mark where bytes are left out, so that no payload fills a
 * worker's disk by talking; and a disk that is full does no harm to a payload that only talks.
 */
final class StreamLog implements Closeable {

  private final Path path;
  private final OutputStream file;
  private final long limit;
  private final Tail tail = new Tail();
  private long written;
  private @Nullable IOException failure;

  /**
   * @param limit bytes of the file, roughly; 0 for no limit
   */
  StreamLog(Path path, long limit) throws IOException {
    this.path = path;
    this.file = Files.newOutputStream(path);
    this.limit = limit == 0 ? Long.MAX_VALUE : limit;
  }

  Tail tail() {
    return tail;
  }

  /** Called by one thread. */
  void write(byte[] bytes, int length) {
    tail.add(bytes, length);
    // What follows a gap belongs to the end, which is written at last.
    boolean complete = written == tail.total() - length;
    int room = (int) Math.max(0, Math.min(length, limit - Tail.MOST - written));
    if (complete && room > 0) {
      toFile(bytes, room);
    }
  }

  private void toFile(byte[] bytes, int length) {
    if (failure != null) {
      return;
    }
    try {
      file.write(bytes, 0, length);
      written += length;
    } catch (IOException e) {
      failure = e;
      Log.line("%s is not written on: %s", path, Http.why(e));
    }
  }

  /** Completes the file: with the end of the stream, and a mark if something is left out. */
  @Override
  public void close() {
    try (OutputStream out = file) {
      Tail.Piece end = tail.from(written);
      long leftOut = end.from() - written;
      if (leftOut > 0) {
        String why = failure == null ? "the log is longer than its limit" : Http.why(failure);
        String mark = "\n[p3s pilot: %d bytes are left out here: %s]\n".formatted(leftOut, why);
        out.write(mark.getBytes(StandardCharsets.UTF_8));
      }
      out.write(end.bytes());
    } catch (IOException e) {
      Log.line("%s is not complete: %s", path, Http.why(e));
    }
  }
}
