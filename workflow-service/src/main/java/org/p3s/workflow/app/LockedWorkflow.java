package org.p3s.workflow.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.WorkflowProgress;
import org.p3s.workflow.domain.WorkflowState;

/**
 * A workflow that this transaction has locked.
 *
 * @param stateBefore its state as it was locked
 * @param progress its jobs; it takes in events and knows what follows from them
 */
@RecordBuilder
public record LockedWorkflow(
    UUID uuid,
    String name,
    String dag,
    int dagVersion,
    @Nullable String user,
    int nvertices,
    @Nullable UUID file,
    @Nullable String watch,
    @Nullable String path,
    @Nullable UUID rerunOf,
    Instant tsDef,
    @Nullable Instant tsSta,
    WorkflowState stateBefore,
    WorkflowProgress progress) {

  /** True if its state or one of its jobs changed. */
  public boolean isChanged() {
    return stateBefore != progress.state() || !progress.changed().isEmpty();
  }

  /** True if it was a template until just now. */
  public boolean hasStarted() {
    return stateBefore == WorkflowState.TEMPLATE
        && progress.state() != WorkflowState.TEMPLATE
        && progress.state() != WorkflowState.CANCELLED;
  }

  /** True if it ended just now. */
  public boolean hasEnded() {
    return !stateBefore.isEnd() && progress.state().isEnd();
  }
}
