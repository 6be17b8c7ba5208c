package org.p3s.pilotidentity;

import org.p3s.platform.problem.ProblemType;

/** What the pilot service and the broker answer to a pilot that is not who it claims to be. */
public enum PilotProblem implements ProblemType {
  NOT_YOURS(403, "This belongs to another pilot"),
  PILOT_GONE(410, "The pilot has ended or was declared lost");

  private final int status;
  private final String title;

  PilotProblem(int status, String title) {
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
}
