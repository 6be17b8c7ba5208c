package org.p3s.platform.problem;

import java.util.Locale;

/**
 * What can be wrong with a request. {@link CommonProblem} has the types that every service needs; a
 * service has an enum of its own for the rest. The enum constants give the slugs: {@code NOT_FOUND}
 * is {@code not-found}.
 */
public interface ProblemType {

  /** The HTTP status of the answer. */
  int status();

  /** One sentence that is the same for every occurrence of this type. */
  String title();

  /** The name of the enum constant. */
  String name();

  /** The last part of {@link #type()}, for instance {@code not-found}. */
  default String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The member {@code type} of the JSON: {@code /problems/<slug>}. */
  default String type() {
    return "/problems/" + slug();
  }
}
