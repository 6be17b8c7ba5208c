package org.p3s.pilot.payload;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The last bytes of a stream, in memory. The memory grows with the stream, up to {@link
 * #MAX_BYTES}.
 */
public final class LogTail {

  /** The bytes of each stream that are kept, and that are sent with a finish report. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final int INITIAL_BYTES = 1024;

  /**
   * Some bytes of the stream.
   *
   * @param from the offset of the first of them in the stream
   */
  public record Piece(long from, byte[] bytes) {}

  private byte[] ring = new byte[INITIAL_BYTES];
  private long total;

  synchronized void add(byte[] bytes, int length) {
    int kept = Math.min(length, MAX_BYTES);
    grow(kept);
    int at = (int) ((total + length - kept) % ring.length);
    int first = Math.min(kept, ring.length - at);
    System.arraycopy(bytes, length - kept, ring, at, first);
    System.arraycopy(bytes, length - kept + first, ring, 0, kept - first);
    total += length;
  }

  // The ring grows only while it has never been full, so its bytes are in order from 0 on.
  private void grow(int more) {
    int size = ring.length;
    while (size < MAX_BYTES && total + more > size) {
      size *= 2;
    }
    if (size > ring.length) {
      ring = Arrays.copyOf(ring, size);
    }
  }

  /** The length of the whole stream so far. */
  synchronized long total() {
    return total;
  }

  /** The kept bytes from that offset of the stream on. */
  public synchronized Piece from(long offset) {
    long from = Math.max(offset, Math.max(0, total - ring.length));
    byte[] bytes = new byte[(int) Math.max(0, total - from)];
    int at = (int) (from % ring.length);
    int first = Math.min(bytes.length, ring.length - at);
    System.arraycopy(ring, at, bytes, 0, first);
    System.arraycopy(ring, 0, bytes, first, bytes.length - first);
    return new Piece(from, bytes);
  }

  /**
   * The kept bytes as UTF-8 text of at most {@link #MAX_BYTES} bytes; what is not valid UTF-8 is
   * replaced.
   */
  public String text() {
    Piece piece = from(0);
    byte[] bytes = piece.bytes();
    int from = 0;
    // The first character may have been cut in two; its rest is dropped.
    while (piece.from() > 0 && from < 3 && from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
      from++;
    }
    // NUL is valid UTF-8, but databases refuse it.
    String text =
        new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
            .replace('\0', '\uFFFD');
    return lastBytes(text);
  }

  /** A replacement character has three bytes, so the text may be longer than the bytes were. */
  private static String lastBytes(String text) {
    int bytes = 0;
    int from = text.length();
    while (from > 0) {
      int point = text.codePointBefore(from);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > MAX_BYTES) {
        break;
      }
      from -= Character.charCount(point);
    }
    return text.substring(from);
  }
}
