package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.RerunScope;
import org.p3s.workflow.domain.WorkflowRequest;
import org.p3s.workflow.domain.WorkflowState;

/** Reads and locks the workflows of which reruns are made. */
public interface RerunStore {

  /**
   * A workflow with all that its rerun needs.
   *
   * @param datasets in the order of the template's edges
   * @param activeJob a job of it that the broker knows and that has not ended; null if there is
   *     none
   */
  record RerunSource(
      UUID uuid,
      String dag,
      int dagVersion,
      WorkflowState state,
      WorkflowRequest request,
      List<RerunScope.SourceJob> jobs,
      List<Dataset> datasets,
      @Nullable UUID activeJob) {}

  Uni<RerunSource> source(UUID workflow);

  /**
   * Locks a workflow together with the workflows that it is a rerun of, and with all their reruns,
   * until the transaction ends.
   *
   * @return one of them that runs or has a job that runs; empty if there is none
   */
  Uni<Optional<UUID>> lockFamily(Tx tx, UUID workflow);
}
