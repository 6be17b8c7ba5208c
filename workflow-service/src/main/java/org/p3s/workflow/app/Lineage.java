package org.p3s.workflow.app;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The files that a file was made of, and the files that were made of it.
 *
 * @param up the files that it was made of, nearest first
 * @param down the files that were made of it, nearest first
 */
public record Lineage(LineageFile file, List<LineageFile> up, List<LineageFile> down) {

  /**
   * A file of the lineage.
   *
   * @param distance the number of jobs between it and the file that was asked for
   * @param madeBy the job that writes it; null if it came from outside
   * @param readBy the jobs that read it
   */
  public record LineageFile(
      int distance, DatasetView data, @Nullable JobRef madeBy, List<JobRef> readBy) {}

  /** A job that writes or reads a file; never a noop. */
  public record JobRef(
      UUID uuid,
      @Nullable String node,
      String jobtype,
      String state,
      @Nullable Integer errcode,
      UUID wfuuid,
      String dag,
      int dagVersion,
      @Nullable String host,
      int attempt,
      @Nullable UUID rerunOf) {}
}
