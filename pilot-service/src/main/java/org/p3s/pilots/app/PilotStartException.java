package org.p3s.pilots.app;

/** A provider could not start any pilot. The message is for operators: what failed, and where. */
public class PilotStartException extends Exception {

  private static final long serialVersionUID = 1L;

  public PilotStartException(String message) {
    super(message);
  }

  public PilotStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
