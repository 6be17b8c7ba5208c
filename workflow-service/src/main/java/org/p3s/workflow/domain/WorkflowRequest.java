package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a workflow, from a person or from a file that arrived.
 *
 * @param naming {@code sticky}, {@code inherit:X}, or null for each edge's own rule
 * @param files by {@link Edge#key} or {@link Edge#address}
 * @param jobs by node
 * @param arrival null if no watched file asks for it
 */
public record WorkflowRequest(
    @Nullable String name,
    @Nullable String naming,
    Map<String, FileInfo> files,
    Map<String, JobInfo> jobs,
    boolean start,
    @Nullable Integer priority,
    @Nullable Long staleafter,
    @Nullable Long run,
    @Nullable Long subrun,
    @Nullable String user,
    @Nullable Arrival arrival,
    Instant now) {

  /**
   * What is said of the file on an edge: of one of parallel edges, else of all between two nodes.
   */
  @Nullable FileInfo file(Edge edge) {
    FileInfo exact = files.get(edge.address());
    return exact == null ? files.get(edge.key()) : exact;
  }

  /** The same wish, of another person at another time. */
  public WorkflowRequest again(@Nullable String who, Instant when) {
    return new WorkflowRequest(
        name, naming, files, jobs, true, priority, staleafter, run, subrun, who, arrival, when);
  }

  /** The file that is to be worked on; it lies on the placeholder edges. */
  public record Arrival(
      UUID file,
      String watch,
      String path,
      String dirpath,
      String name,
      long size,
      @Nullable String placeholder) {}
}
