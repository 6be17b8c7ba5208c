package org.p3s.broker.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.http.DurationText;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;

/** Reads the parameter {@code ?wait}: how long a request may wait for its answer. */
final class WaitParameter {

  /** The duration, but no longer than the longest. */
  static Duration of(@Nullable String text, String byDefault, Duration longest) {
    try {
      Duration wait = DurationText.parse(text == null ? byDefault : text);
      return wait.compareTo(longest) > 0 ? longest : wait;
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          CommonProblem.BAD_REQUEST, "?wait is a duration such as 30s, not " + text + ".");
    }
  }

  private WaitParameter() {}
}
