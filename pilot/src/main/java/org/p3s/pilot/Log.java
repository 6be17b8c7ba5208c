package org.p3s.pilot;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Plain lines on standard output: time, then what happened and what follows. Never a token. */
final class Log {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  static void line(String format, @Nullable Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(format, arguments);
    System.out.println(time(Instant.now()) + " " + text.replace('\n', ' '));
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  private Log() {}
}
