package org.p3s.platform.http;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;

/** Durations in requests: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code PT0.5S}. */
public final class DurationText {

  /**
   * Reads a duration of zero or more; a number alone is seconds.
   *
   * @throws IllegalArgumentException if the text is no duration, or a negative one
   */
  public static Duration parse(String text) {
    Duration duration = DurationConverter.parseDuration(text);
    if (duration == null || duration.isNegative()) {
      throw new IllegalArgumentException("no duration of zero or more: " + text);
    }
    return duration;
  }

  private DurationText() {}
}
