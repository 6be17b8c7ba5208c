package org.p3s.workflow.domain;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a workflow is. */
public enum WorkflowState {
  /** Made, not started. */
  TEMPLATE,
  DEFINED,
  RUNNING,
  FINISHED,
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

  public boolean isEnd() {
    return successors().isEmpty();
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static WorkflowState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
