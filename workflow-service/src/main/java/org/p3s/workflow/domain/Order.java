package org.p3s.workflow.domain;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a workflow, from a person or from a file that arrived.
 *
 * @param files by {@code src:tgt} or {@code src:tgt:datatag}
 * @param jobs by node
 * @param arrival null if no watched file asks for it
 */
public record Order(
    @Nullable String name,
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
