package org.p3s.platform.problem;

import org.jspecify.annotations.Nullable;

/**
 * One wrong place in a request.
 *
 * @param pointer JSON pointer into the body, or {@code ?name} for a query parameter
 * @param line line of a text body, from 1
 * @param detail what is wrong there, and what would be right
 */
public record ProblemItem(@Nullable String pointer, @Nullable Integer line, String detail) {

  public static ProblemItem at(String pointer, String detail) {
    return new ProblemItem(pointer, null, detail);
  }

  public static ProblemItem line(int line, String detail) {
    return new ProblemItem(null, line, detail);
  }
}
