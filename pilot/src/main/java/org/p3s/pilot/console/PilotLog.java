package org.p3s.pilot.console;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Prints the log of the pilot to standard output, one line per event: the time, what happened and
 * what the pilot does next. No line may contain a token.
 */
public final class PilotLog {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  public static void line(String format, @Nullable Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(format, arguments);
    System.out.println(time(Instant.now()) + " " + text.replace('\n', ' '));
  }

  /** ISO 8601 in UTC with milliseconds, as in the log and in the API. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** A short text about a failure: its message, or its class if it has none. */
  public static String describe(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private PilotLog() {}
}
