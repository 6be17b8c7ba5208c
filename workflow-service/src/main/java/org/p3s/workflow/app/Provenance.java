package org.p3s.workflow.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.ObservedFile;

/**
 * How a job was made and where it ran: enough to see whether another job was made the same way.
 *
 * @param dagHash SHA-256 of the template's GraphML, null for a job of no workflow
 * @param envHash SHA-256 of the environment's lines {@code NAME=VALUE}, sorted by name, each ended
 *     by a zero byte; without the variables that the pilot adds
 * @param attempts those that have ended, in order
 */
@RecordBuilder
public record Provenance(
    UUID job,
    String name,
    @Nullable UUID wfuuid,
    @Nullable String node,
    @Nullable String dag,
    @Nullable Integer dagVersion,
    @Nullable String dagHash,
    @Nullable String user,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    String envHash,
    List<FileRef> inputs,
    List<FileRef> outputs,
    @Nullable UUID rerunOf,
    List<PastAttempt> attempts) {

  /** A file that the job reads or writes; {@code size} in bytes, null if no pilot has seen it. */
  public record FileRef(
      @Nullable UUID uuid,
      String path,
      @Nullable String state,
      @Nullable Long size,
      @Nullable String checksum) {}

  /**
   * How an attempt ended, and where it ran; pilot, host and the like are null if no payload was
   * started.
   *
   * @param inputs the input files as the pilot found them before the payload started
   */
  @RecordBuilder
  public record PastAttempt(
      int attempt,
      String state,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason,
      @Nullable UUID pilot,
      @Nullable String site,
      @Nullable String host,
      @Nullable Long pid,
      @Nullable String hostWorkdir,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      @Nullable Instant tsDis,
      @Nullable Instant tsSta,
      @Nullable Instant tsSto,
      List<ObservedFile> inputs) {}
}
