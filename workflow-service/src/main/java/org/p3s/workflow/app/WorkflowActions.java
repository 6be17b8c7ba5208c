package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.p3s.platform.outbox.Outbox;
import org.p3s.platform.problem.CommonProblem;
import org.p3s.platform.problem.ProblemException;
import org.p3s.workflow.domain.WorkflowState;

/** Starts, cancels and marks stored workflows at a person's request. */
@ApplicationScoped
public class WorkflowActions {

  private final WorkflowStore store;
  private final WorkflowWriter writer;
  private final Outbox outbox;

  WorkflowActions(WorkflowStore store, WorkflowWriter writer, Outbox outbox) {
    this.store = store;
    this.writer = writer;
    this.outbox = outbox;
  }

  /** Cancels a workflow: waiting jobs never start, payloads that run are stopped. */
  public Uni<Void> cancel(UUID uuid, String user) {
    return outbox.transact(
        tx ->
            store
                .lock(tx, Set.of(uuid))
                .flatMap(
                    locked -> {
                      LockedWorkflow workflow = required(locked, uuid);
                      WorkflowState before = workflow.stateBefore();
                      if (before.isEnd() && before != WorkflowState.CANCELLED) {
                        throw new ProblemException(
                            CommonProblem.CONFLICT,
                            "The workflow is " + before.text() + " already.");
                      }
                      workflow.progress().cancel("cancelled by " + user);
                      return writer.write(tx, locked.values(), false, user);
                    }));
  }

  /**
   * Starts a workflow that was made as a template. If it was started before, nothing changes; if it
   * was cancelled, the call is refused.
   */
  public Uni<Void> start(UUID uuid) {
    return outbox.transact(
        tx ->
            store
                .lock(tx, Set.of(uuid))
                .flatMap(
                    locked -> {
                      LockedWorkflow workflow = required(locked, uuid);
                      if (workflow.stateBefore() == WorkflowState.CANCELLED) {
                        throw new ProblemException(
                            CommonProblem.CONFLICT,
                            "The workflow is cancelled; do it again by a rerun.");
                      }
                      workflow.progress().startTemplate();
                      return writer.write(tx, locked.values(), true, null);
                    }));
  }

  private static LockedWorkflow required(Map<UUID, LockedWorkflow> locked, UUID uuid) {
    LockedWorkflow workflow = locked.get(uuid);
    if (workflow == null) {
      throw ProblemException.notFound("workflow", uuid);
    }
    return workflow;
  }

  /** Marks an ended workflow for reprocessing, or takes the mark away. */
  public Uni<Void> markReprocess(UUID uuid, boolean reprocess) {
    return store
        .markReprocess(uuid, reprocess)
        .invoke(
            marked -> {
              if (!marked) {
                throw new ProblemException(
                    CommonProblem.CONFLICT,
                    "Only a workflow that ended can be marked for reprocessing.");
              }
            })
        .replaceWithVoid();
  }
}
