package org.p3s.broker.app;

import org.p3s.platform.problem.ProblemType;

/** The problem types that only the broker answers with. */
public enum BrokerProblem implements ProblemType {
  LEASE_LOST(409, "The job is not yours any more");

  private final int status;
  private final String title;

  BrokerProblem(int status, String title) {
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
