package org.p3s.platform.http;

import java.util.List;

/** A request that gets a problem for an answer. The detail names the place and the remedy. */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final transient List<Problem.Item> errors;

  public ProblemException(Problem problem, String detail) {
    this(problem, detail, List.of());
  }

  public ProblemException(Problem problem, String detail, List<Problem.Item> errors) {
    // An expected answer needs no stack trace.
    super(detail, null, false, false);
    this.problem = problem;
    this.errors = List.copyOf(errors);
  }

  /** For what does not exist: {@code notFound("job", uuid)}. */
  public static ProblemException notFound(String what, Object id) {
    return new ProblemException(Problem.NOT_FOUND, "There is no " + what + " " + id + ".");
  }

  /** For one wrong value. */
  public static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(
        Problem.VALIDATION_FAILED,
        pointer + ": " + detail,
        List.of(Problem.Item.at(pointer, detail)));
  }

  public Problem problem() {
    return problem;
  }

  public List<Problem.Item> errors() {
    return errors;
  }
}
