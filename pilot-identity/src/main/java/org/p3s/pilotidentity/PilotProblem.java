package org.p3s.pilotidentity;

import org.p3s.platform.problem.ProblemType;

/** The problems of pilots that the pilot service and the broker have in common. */
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
