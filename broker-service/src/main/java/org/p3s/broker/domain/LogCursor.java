package org.p3s.broker.domain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How much of one stream a client has received that follows a log. The bytes of the stream arrive
 * in pieces, which may overlap, may leave out a part, and may end in the middle of a character. The
 * text that comes out contains each byte once. Bytes that are no UTF-8 are replaced, and so are NUL
 * characters, as in the stored log.
 */
public final class LogCursor {

  /** The value of {@link Piece#leftOut} if it is not known how many bytes are missing. */
  public static final long UNKNOWN = -1;

  /** So many characters at the end of the sent text are kept, to find them in the stored log. */
  private static final int REMEMBERED = 1024;

  /**
   * The next piece of text.
   *
   * @param leftOut how many bytes of the stream were left out before it
   */
  public record Piece(long leftOut, String text) {}

  private long offset;
  private byte[] unfinished = {};
  private String sent = "";

  /** The offset of the next byte to read. */
  public long offset() {
    return offset;
  }

  /** Starts again at offset 0, because another attempt writes the stream from the beginning. */
  public void restart() {
    offset = 0;
    unfinished = new byte[0];
    sent = "";
  }

  /**
   * Takes the next bytes.
   *
   * @param last true if no more bytes will come, so that an unfinished character is not kept back
   * @return null if there is nothing new
   */
  public @Nullable Piece take(long from, byte[] bytes, boolean last) {
    long gap = Math.max(0, from - offset);
    int known = (int) Math.min(bytes.length, Math.max(0, offset - from));
    byte[] fresh = Arrays.copyOfRange(bytes, known, bytes.length);
    byte[] all = gap > 0 ? fresh : joined(unfinished, fresh);
    String broken = gap > 0 && unfinished.length > 0 ? "\uFFFD" : "";
    offset = Math.max(offset, from + bytes.length);
    int whole = last ? all.length : all.length - unfinishedBytes(all);
    unfinished = Arrays.copyOfRange(all, whole, all.length);
    String text = broken + text(all, whole);
    if (text.isEmpty() && gap == 0) {
      return null;
    }
    sent = end(sent + text);
    return new Piece(gap, text);
  }

  /** The part of the stored log that comes after the text sent so far; null if there is none. */
  public @Nullable Piece restOf(@Nullable String stored) {
    if (stored == null || stored.isEmpty()) {
      return null;
    }
    if (sent.isEmpty()) {
      return new Piece(0, stored);
    }
    int found = stored.lastIndexOf(sent);
    if (found < 0) {
      return new Piece(UNKNOWN, stored);
    }
    String rest = stored.substring(found + sent.length());
    return rest.isEmpty() ? null : new Piece(0, rest);
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
  }

  private static String end(String text) {
    return text.length() <= REMEMBERED ? text : text.substring(text.length() - REMEMBERED);
  }

  /** The number of bytes at the end that begin a character without finishing it. */
  private static int unfinishedBytes(byte[] bytes) {
    for (int back = 1; back <= Math.min(3, bytes.length); back++) {
      int b = bytes[bytes.length - back] & 0xFF;
      if (b >= 0xC0) {
        int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
        return length > back ? back : 0;
      }
      if (b < 0x80) {
        return 0;
      }
    }
    return 0;
  }
}
