package org.p3s.pilot.http;

/**
 * The answer of a service to an HTTP request.
 *
 * @param body empty if the answer has no body, or one that is not a JSON object
 */
public record ServiceAnswer(int status, JsonFields body) {

  private static final String LEASE_LOST = "/problems/lease-lost";

  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** The token has expired or is not valid. */
  public boolean isUnauthorized() {
    return status == 401;
  }

  public boolean isConflict() {
    return status == 409;
  }

  /** The pilot has ended or was declared lost. */
  public boolean isGone() {
    return status == 410;
  }

  /** The same request may succeed later: the service is unavailable, overloaded or has failed. */
  public boolean isTemporaryFailure() {
    return status >= 500 || status == 408 || status == 429;
  }

  /** No later attempt can succeed: the lease is lost, or the pilot has ended. */
  public boolean isFinalRefusal() {
    return isGone() || (isConflict() && LEASE_LOST.equals(body.text("type")));
  }

  /** The service refuses the body; it may accept one with less in it. */
  public boolean refusesBody() {
    return status == 400 || status == 413 || status == 422;
  }

  /** The status and the detail of the problem, for the log. */
  public String reason() {
    String detail = body.text("detail");
    return detail == null ? "HTTP " + status : status + ": " + detail;
  }
}
