package org.p3s.broker.domain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Helpers for text that payloads and pilots send, and for times in text. */
public final class Text {

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** A time as the API writes it: in UTC, with milliseconds. */
  public static String time(Instant time) {
    return MILLIS.format(time);
  }

  /** The text without NUL characters, which PostgreSQL can't store. */
  public static @Nullable String withoutNul(@Nullable String text) {
    return text == null || text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
  }

  /** The end of a text, at most that many bytes of UTF-8, with no character cut in two. */
  public static @Nullable String tail(@Nullable String text, int bytes) {
    if (text == null || text.length() <= bytes / 3) {
      return text;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= bytes) {
      return text;
    }
    int from = utf8.length - bytes;
    while (from < utf8.length && (utf8[from] & 0xC0) == 0x80) {
      from++;
    }
    return new String(utf8, from, utf8.length - from, StandardCharsets.UTF_8);
  }

  private Text() {}
}
