package org.p3s.workflow.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The state of a workflow. */
public enum WorkflowState {
  /** It was made, and waits for somebody to start it. */
  TEMPLATE,
  /** It is about to start. */
  DEFINED,
  RUNNING,
  /** All its jobs ended, and none of them made it fail. */
  FINISHED,
  /** A job failed that had to succeed. */
  FAILED,
  CANCELLED;

  public Set<WorkflowState> successors() {
    return switch (this) {
      case TEMPLATE -> EnumSet.of(DEFINED, CANCELLED);
      case DEFINED -> EnumSet.of(RUNNING, FINISHED, FAILED, CANCELLED);
      case RUNNING -> EnumSet.of(FINISHED, FAILED, CANCELLED);
      case FINISHED, FAILED, CANCELLED -> EnumSet.noneOf(WorkflowState.class);
    };
  }

  /** True if no other state follows. */
  public boolean isEnd() {
    return successors().isEmpty();
  }

  /** Its name in the database and in the API. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static WorkflowState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
