package org.p3s.platform.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.problem.ProblemException;

/** The rule for names that people give to things: DAGs, watches, sites. */
public final class Names {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  public static boolean isValid(@Nullable String name) {
    return name != null && NAME.matcher(name).matches();
  }

  /**
   * Returns the name.
   *
   * @throws ProblemException if it is missing or has other characters; {@code pointer} is its place
   *     in the body
   */
  public static String require(String pointer, @Nullable String name) {
    if (name == null || !isValid(name)) {
      throw ProblemException.invalid(
          pointer, "has 1 to 100 letters, digits, dots, dashes and underscores");
    }
    return name;
  }

  private Names() {}
}
