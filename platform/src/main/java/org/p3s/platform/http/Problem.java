package org.p3s.platform.http;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The catalogue of what can be wrong with a request; {@code type} is {@code /problems/<slug>}. */
public enum Problem {
  BAD_REQUEST(400, "The request is not understood"),
  MALFORMED_JSON(400, "The body is not well-formed JSON"),
  MALFORMED_XML(400, "The body is not well-formed XML"),
  UNAUTHENTICATED(401, "A valid credential is needed"),
  FORBIDDEN(403, "The credential does not allow this"),
  NOT_YOURS(403, "This belongs to another pilot"),
  NOT_FOUND(404, "There is no such thing"),
  UNKNOWN_DAG(404, "There is no such DAG"),
  METHOD_NOT_ALLOWED(405, "The resource has no such method"),
  NOT_ACCEPTABLE(406, "The resource has no such representation"),
  ALREADY_EXISTS(409, "It is there already"),
  CONFLICT(409, "The request conflicts with the present state"),
  LEASE_LOST(409, "The job is not yours any more"),
  WORKFLOWS_RUNNING(409, "Workflows of this DAG still run"),
  PILOT_GONE(410, "The pilot has ended or was declared lost"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body is of a type that is not understood here"),
  VALIDATION_FAILED(422, "The request has wrong values"),
  GRAPH_INVALID(422, "The graph is no DAG template"),
  DAG_HAS_CYCLE(422, "The graph has a cycle"),
  UNKNOWN_DATATYPE(422, "There is no such data type"),
  DIRECTORY_MISSING(422, "There is no such directory"),
  INTERNAL(500, "The service failed"),
  UNAVAILABLE(503, "The service can't answer now");

  private final int status;
  private final String title;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String type() {
    return "/problems/" + slug();
  }

  /** The first of the catalogue with that HTTP status, else the general one of its class. */
  static Problem of(int status) {
    return Arrays.stream(values())
        .filter(problem -> problem.status == status)
        .findFirst()
        .orElse(status >= 500 ? INTERNAL : BAD_REQUEST);
  }

  /**
   * One wrong place in a request.
   *
   * @param pointer JSON pointer into the body, or {@code ?name} for a query parameter
   * @param line line of a text body
   */
  public record Item(@Nullable String pointer, @Nullable Integer line, String detail) {

    public static Item at(String pointer, String detail) {
      return new Item(pointer, null, detail);
    }

    public static Item line(int line, String detail) {
      return new Item(null, line, detail);
    }
  }
}
