package org.p3s.platform.problem;

import java.util.List;

/** A request that gets a problem for an answer. The detail names the place and the remedy. */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ProblemType problem;
  private final transient List<ProblemItem> errors;

  public ProblemException(ProblemType problem, String detail) {
    this(problem, detail, List.of());
  }

  public ProblemException(ProblemType problem, String detail, List<ProblemItem> errors) {
    // An expected answer needs no stack trace.
    super(detail, null, false, false);
    this.problem = problem;
    this.errors = List.copyOf(errors);
  }

  /** For what does not exist: {@code notFound("job", uuid)}. */
  public static ProblemException notFound(String what, Object id) {
    return new ProblemException(CommonProblem.NOT_FOUND, "There is no " + what + " " + id + ".");
  }

  /** For one wrong value. */
  public static ProblemException invalid(String pointer, String detail) {
    return new ProblemException(
        CommonProblem.VALIDATION_FAILED,
        pointer + ": " + detail,
        List.of(ProblemItem.at(pointer, detail)));
  }

  public ProblemType problem() {
    return problem;
  }

  public List<ProblemItem> errors() {
    return errors;
  }
}
