package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of a job ended: with success, with failure, or without a start.
 *
 * @param lease the fencing number of the attempt's last holder
 * @param errcode the payload's exit code; 77 for a time limit, 128 + signal for a signal, null if
 *     no payload ran
 * @param reason one line for people, null if the state needs no explanation
 * @param cpuS CPU seconds of the payload and its children
 * @param maxRssKib peak resident memory in KiB
 * @param inputs the files that the job was to read; empty if no payload ran
 * @param stdout the last part of the payload's standard output, at most 4 KiB; more at the broker
 */
@RecordBuilder
public record JobFinished(
    UUID job,
    @Nullable UUID wfuuid,
    @Nullable String node,
    String jobtype,
    JobEnd state,
    int attempt,
    long lease,
    @Nullable Integer errcode,
    @Nullable Integer signal,
    @Nullable String reason,
    @Nullable UUID pilot,
    @Nullable String site,
    @Nullable String host,
    @Nullable Long pid,
    @Nullable String hostWorkdir,
    @Nullable Instant tsDis,
    @Nullable Instant tsSta,
    Instant tsSto,
    @Nullable Double cpuS,
    @Nullable Long maxRssKib,
    List<ObservedFile> inputs,
    List<ObservedFile> outputs,
    @Nullable String stdout,
    @Nullable String stderr)
    implements Event {
  public JobFinished {
    requireNonNull(job, "job");
    requireNonNull(jobtype, "jobtype");
    requireNonNull(state, "state");
    requireNonNull(tsSto, "ts_sto");
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    outputs = outputs == null ? List.of() : List.copyOf(outputs);
    attempt = attempt == 0 ? 1 : attempt;
  }

  /** True if the payload ran to its end with exit code 0. */
  @JsonIgnore
  public boolean succeeded() {
    return state == JobEnd.FINISHED && errcode != null && errcode == 0;
  }

  @Override
  public String key() {
    return (wfuuid == null ? job : wfuuid).toString();
  }
}
