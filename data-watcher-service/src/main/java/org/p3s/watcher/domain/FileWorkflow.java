package org.p3s.watcher.domain;

import java.util.Locale;
import java.util.UUID;

/** A workflow that processes a file: the first of a DAG, or a rerun. */
public record FileWorkflow(UUID file, String dag, UUID wfuuid, Status status) {

  /** Where the workflow is; the last three are ends. */
  public enum Status {
    RUNNING,
    FINISHED,
    FAILED,
    CANCELLED;

    /** The value in the database. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
