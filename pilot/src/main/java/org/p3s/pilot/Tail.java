package org.p3s.pilot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last bytes of a stream, in memory; it grows with what is written, up to {@link #MOST}. */
final class Tail {

  /** Bytes of stdout and of stderr that are kept, and that travel with a report. */
  static final int MOST = 64 * 1024;

  private static final int FIRST = 1024;

  /** Bytes of the stream, the first of them at that offset. */
  record Piece(long from, byte[] bytes) {}

  private byte[] ring = new byte[FIRST];
  private long total;

  synchronized void add(byte[] bytes, int length) {
    int kept = Math.min(length, MOST);
    grow(kept);
    int at = (int) ((total + length - kept) % ring.length);
    int first = Math.min(kept, ring.length - at);
    System.arraycopy(bytes, length - kept, ring, at, first);
    System.arraycopy(bytes, length - kept + first, ring, 0, kept - first);
    total += length;
  }

  // Before the first wrap the bytes lie in order from 0 on, and a larger ring takes them as they
  // are.
  private void grow(int more) {
    int size = ring.length;
    while (size < MOST && total + more > size) {
      size *= 2;
    }
    if (size > ring.length) {
      ring = Arrays.copyOf(ring, size);
    }
  }

  /** How many bytes were ever written. */
  synchronized long total() {
    return total;
  }

  /** What is kept from that offset on. */
  synchronized Piece from(long offset) {
    long from = Math.max(offset, Math.max(0, total - ring.length));
    byte[] bytes = new byte[(int) Math.max(0, total - from)];
    int at = (int) (from % ring.length);
    int first = Math.min(bytes.length, ring.length - at);
    System.arraycopy(ring, at, bytes, 0, first);
    System.arraycopy(ring, 0, bytes, first, bytes.length - first);
    return new Piece(from, bytes);
  }

  /** As text of at most {@link #MOST} bytes; what is no text is replaced. */
  String text() {
    Piece piece = from(0);
    byte[] bytes = piece.bytes();
    int from = 0;
    // The cut may go through a character; its rest is dropped.
    while (piece.from() > 0 && from < 3 && from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
      from++;
    }
    // NUL is text for UTF-8, but databases refuse it.
    String text =
        new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
            .replace('\0', '\uFFFD');
    return lastBytes(text);
  }

  /** Replacement characters are three bytes long: what was short enough may not be any more. */
  private static String lastBytes(String text) {
    int bytes = 0;
    int from = text.length();
    while (from > 0) {
      int point = text.codePointBefore(from);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > MOST) {
        break;
      }
      from -= Character.charCount(point);
    }
    return text.substring(from);
  }
}
