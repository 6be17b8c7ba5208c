package org.p3s.watcher.app;

import org.p3s.platform.problem.ProblemType;

/** The types of problems that only the data watcher reports. */
public enum WatcherProblem implements ProblemType {
  DIRECTORY_MISSING(422, "There is no such directory");

  private final int status;
  private final String title;

  WatcherProblem(int status, String title) {
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
