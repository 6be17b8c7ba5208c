package org.p3s.broker.http;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/** How long a request may wait for its answer. */
final class Waits {

  /** The duration in {@code ?wait}, no longer than the longest. */
  static Duration of(@Nullable String text, String normally, Duration longest) {
    try {
      Duration wait = DurationConverter.parseDuration(text == null ? normally : text);
      if (wait.isNegative()) {
        throw new IllegalArgumentException();
      }
      return wait.compareTo(longest) > 0 ? longest : wait;
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          CommonProblem.BAD_REQUEST, "?wait is a duration such as 30s, not " + text + ".");
    }
  }

  private Waits() {}
}
