package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow that is to be made: all its jobs and files, before its start.
 *
 * @param rerunOf the workflow that this one does again, null for a new one
 */
public record WorkflowPlan(
    UUID uuid,
    String name,
    String dag,
    int dagVersion,
    WorkflowRequest request,
    List<Job> jobs,
    List<Dataset> datasets,
    @Nullable UUID rerunOf) {

  public Instant tsDef() {
    return request.requestedAt();
  }

  /** The watch whose file it is made for; null if no arrived file requested it. */
  public @Nullable String watch() {
    return request.arrivedFile() == null ? null : request.arrivedFile().watch();
  }

  /** The path of the arrived file; null if none requested it. */
  public @Nullable String path() {
    return request.arrivedFile() == null ? null : request.arrivedFile().path();
  }

  /** The id of the arrived file; null if none requested it. */
  public @Nullable UUID file() {
    return request.arrivedFile() == null ? null : request.arrivedFile().file();
  }
}
