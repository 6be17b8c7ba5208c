package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow was made from a DAG template. A workflow that was made in the state template is
 * reported a second time when it starts.
 *
 * <p>It is on the topic {@code workflow-finished}, with the workflow as key, so that every reader
 * sees the definition of a workflow before its end.
 *
 * @param nvertices jobs, noops included
 * @param file the watcher's id of the arrival that made it, null if a person made it
 * @param state running if the event does not say it
 * @param tsSta null for a template, which has not started; {@code ts_def} if the event does not say
 *     it
 */
@RecordBuilder
public record WorkflowDefined(
    UUID wfuuid,
    String name,
    String dag,
    int dagVersion,
    @Nullable String user,
    int nvertices,
    @Nullable UUID file,
    @Nullable String watch,
    @Nullable String path,
    @Nullable UUID rerunOf,
    State state,
    Instant tsDef,
    @Nullable Instant tsSta)
    implements Event {

  /** Whether the workflow has started. */
  public enum State {
    @JsonProperty("template")
    TEMPLATE,
    @JsonProperty("running")
    RUNNING
  }

  public WorkflowDefined {
    requireNonNull(wfuuid, "wfuuid");
    requireNonNull(name, "name");
    requireNonNull(dag, "dag");
    requireNonNull(tsDef, "ts_def");
    state = state == null ? State.RUNNING : state;
    tsSta = state == State.RUNNING && tsSta == null ? tsDef : tsSta;
  }

  @Override
  public String key() {
    return wfuuid.toString();
  }
}
