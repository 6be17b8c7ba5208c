package org.p3s.broker.domain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far a follower has read one stream. Bytes come in pieces that may overlap or leave something
 * out, and may end in the middle of a character; text goes out, each byte once. What is no UTF-8 is
 * replaced, and so is NUL, as in the kept log.
 */
public final class LogCursor {

  /** To tell in {@link Piece#leftOut} that it is not known how much is missing. */
  public static final long UNKNOWN = -1;

  private static final int REMEMBERED = 1024;

  /**
   * Text to show.
   *
   * @param leftOut bytes of the stream that were left out before it
   */
  public record Piece(long leftOut, String text) {}

  private long at;
  private byte[] half = {};
  private String shown = "";

  /** The offset that comes next. */
  public long at() {
    return at;
  }

  /** Another attempt writes its stream from the beginning. */
  public void restart() {
    at = 0;
    half = new byte[0];
    shown = "";
  }

  /**
   * Takes bytes.
   *
   * @param last true if no more will come, so that half a character is not waited for
   * @return null if there is nothing to show
   */
  public @Nullable Piece take(long from, byte[] bytes, boolean last) {
    long gap = Math.max(0, from - at);
    int known = (int) Math.min(bytes.length, Math.max(0, at - from));
    byte[] fresh = Arrays.copyOfRange(bytes, known, bytes.length);
    byte[] all = gap > 0 ? fresh : joined(half, fresh);
    String broken = gap > 0 && half.length > 0 ? "\uFFFD" : "";
    at = Math.max(at, from + bytes.length);
    int whole = last ? all.length : all.length - unfinished(all);
    half = Arrays.copyOfRange(all, whole, all.length);
    String text = broken + text(all, whole);
    if (text.isEmpty() && gap == 0) {
      return null;
    }
    shown = end(shown + text);
    return new Piece(gap, text);
  }

  /** What a kept log has beyond that which was shown; null if nothing. */
  public @Nullable Piece rest(@Nullable String kept) {
    if (kept == null || kept.isEmpty()) {
      return null;
    }
    if (shown.isEmpty()) {
      return new Piece(0, kept);
    }
    int found = kept.lastIndexOf(shown);
    if (found < 0) {
      return new Piece(UNKNOWN, kept);
    }
    String rest = kept.substring(found + shown.length());
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

  /** How many bytes at the end begin a character that they do not finish. */
  private static int unfinished(byte[] bytes) {
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
