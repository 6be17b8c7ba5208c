package org.p3s.platform.problem;

import java.util.Arrays;

/** The problem types that every service can answer with. */
public enum CommonProblem implements ProblemType {
  BAD_REQUEST(400, "The request is not understood"),
  MALFORMED_JSON(400, "The body is not well-formed JSON"),
  UNAUTHENTICATED(401, "A valid credential is needed"),
  FORBIDDEN(403, "The credential does not allow this"),
  NOT_FOUND(404, "There is no such thing"),
  METHOD_NOT_ALLOWED(405, "The resource has no such method"),
  NOT_ACCEPTABLE(406, "The resource has no such representation"),
  ALREADY_EXISTS(409, "It exists already"),
  CONFLICT(409, "The request conflicts with the present state"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body is of a type that is not understood here"),
  VALIDATION_FAILED(422, "The request has wrong values"),
  INTERNAL(500, "The service failed"),
  UNAVAILABLE(503, "The service can't answer now");

  private final int status;
  private final String title;

  CommonProblem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String title() {
    return title;
  }

  /** The first type with that HTTP status, else the general one of its class. */
  static CommonProblem of(int status) {
    return Arrays.stream(values())
        .filter(problem -> problem.status == status)
        .findFirst()
        .orElse(status >= 500 ? INTERNAL : BAD_REQUEST);
  }
}
