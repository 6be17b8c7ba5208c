package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow to be: all its jobs and files, none of them started.
 *
 * @param rerunOf the workflow that this one does again, null for a new one
 */
public record WorkflowPlan(
    UUID uuid,
    String name,
    String dag,
    int dagVersion,
    WorkflowRequest order,
    List<Job> jobs,
    List<Dataset> datasets,
    @Nullable UUID rerunOf) {

  public Instant tsDef() {
    return order.now();
  }

  /** Of the arrival that asked for it; null if none did. */
  public @Nullable String watch() {
    return order.arrival() == null ? null : order.arrival().watch();
  }

  public @Nullable String path() {
    return order.arrival() == null ? null : order.arrival().path();
  }

  public @Nullable UUID file() {
    return order.arrival() == null ? null : order.arrival().file();
  }
}
