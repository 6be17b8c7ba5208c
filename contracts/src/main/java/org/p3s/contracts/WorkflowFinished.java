package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow ended.
 *
 * @param nvertices all jobs, noops included
 * @param ndone jobs that succeeded, noops included
 * @param file the watcher's id of the arrival that made it, null if a person made it
 * @param reprocess true if a job of it failed at each of its attempts
 */
@RecordBuilder
public record WorkflowFinished(
    UUID wfuuid,
    String name,
    String dag,
    int dagVersion,
    State state,
    @Nullable String reason,
    int nvertices,
    int ndone,
    @Nullable UUID file,
    @Nullable String watch,
    @Nullable String path,
    Instant tsDef,
    @Nullable Instant tsSta,
    Instant tsSto,
    boolean reprocess)
    implements Event {

  /** How the workflow ended. */
  public enum State {
    @JsonProperty("finished")
    FINISHED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("cancelled")
    CANCELLED
  }

  public WorkflowFinished {
    requireNonNull(wfuuid, "wfuuid");
    requireNonNull(name, "name");
    requireNonNull(dag, "dag");
    requireNonNull(state, "state");
    requireNonNull(tsDef, "ts_def");
    requireNonNull(tsSto, "ts_sto");
  }

  @Override
  public String key() {
    return wfuuid.toString();
  }
}
