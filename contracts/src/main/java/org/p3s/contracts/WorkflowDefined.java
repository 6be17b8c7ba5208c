package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow was made from a DAG template; one that was made as a template is told of once more
 * when it starts. It shares the topic of {@link WorkflowFinished}, so that they keep their order.
 *
 * @param nvertices jobs, noops included
 * @param file the watcher's id of the arrival that made it, null if a person did
 * @param state running where older events do not say it
 * @param tsSta null for a template, which has not started; {@code ts_def} where older events do not
 *     say it
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

  /** Whether it has started. */
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
