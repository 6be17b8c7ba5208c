package org.p3s.workflow.domain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request for a workflow, by a person or by a file that arrived. It is stored with the workflow,
 * because a rerun is made by the same request.
 *
 * @param name of the workflow; null: it is made of the DAG's name and the arrived file's
 * @param naming {@code sticky}, {@code inherit:X}, or null for each edge's own rule
 * @param files file infos by {@link Edge#key} or {@link Edge#address}
 * @param jobs job infos by node
 * @param start false if the workflow stays a template until somebody starts it
 * @param staleafter seconds; null: as the nodes have it
 * @param arrivedFile null if a person made the request
 */
@RecordBuilder
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
    @Nullable ArrivedFile arrivedFile,
    Instant requestedAt) {

  /**
   * The file info for an edge: the one for this edge alone, else the one for all edges between its
   * two nodes, else null.
   */
  @Nullable FileInfo fileInfo(Edge edge) {
    FileInfo exact = files.get(edge.address());
    return exact == null ? files.get(edge.key()) : exact;
  }

  /** The same request by another person at another time; it starts at once. */
  public WorkflowRequest repeatedBy(@Nullable String otherUser, Instant at) {
    return WorkflowRequestBuilder.builder(this).start(true).user(otherUser).requestedAt(at).build();
  }

  /**
   * The file that is to be processed; the placeholder edges stand for it.
   *
   * @param placeholder the key or address of the placeholder edges; null: all edges that leave a
   *     root noop
   */
  public record ArrivedFile(
      UUID file,
      String watch,
      String path,
      String dirpath,
      String name,
      long size,
      @Nullable String placeholder) {}
}
