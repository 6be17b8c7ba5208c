package org.p3s.workflow.app;

import org.p3s.platform.problem.ProblemType;

/** The problem types that only the workflow service has. */
public enum WorkflowProblem implements ProblemType {
  MALFORMED_XML(400, "The body is not well-formed XML"),
  UNKNOWN_DAG(404, "There is no such DAG"),
  WORKFLOWS_RUNNING(409, "Workflows of this DAG still run"),
  GRAPH_INVALID(422, "The graph is no DAG template"),
  DAG_HAS_CYCLE(422, "The graph has a cycle"),
  UNKNOWN_DATATYPE(422, "There is no such data type");

  private final int status;
  private final String title;

  WorkflowProblem(int status, String title) {
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
