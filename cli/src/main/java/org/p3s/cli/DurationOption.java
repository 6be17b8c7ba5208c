package org.p3s.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Durations as people type them: {@code 90}, {@code 30s}, {@code 5m}, {@code 2h}, {@code PT5M}. */
public final class DurationOption {

  private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d|)");

  public static Duration parse(String text) {
    Matcher matcher = SHORT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      try {
        return Duration.parse(text.strip());
      } catch (DateTimeParseException e) {
        throw new TypeConversionException("'" + text + "' is not a duration such as 30s or 5m");
      }
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }

  private DurationOption() {}
}
