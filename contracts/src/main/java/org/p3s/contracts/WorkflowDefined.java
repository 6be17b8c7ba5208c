package org.p3s.contracts;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow was made from a DAG template. It shares the topic of {@link WorkflowFinished}, so that
 * the two keep their order.
 *
 * @param nvertices jobs, noops included
 * @param file the watcher's id of the arrival that made it, null if a person did
 */
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
    Instant tsDef)
    implements Event {
  public WorkflowDefined {
    requireNonNull(wfuuid, "wfuuid");
    requireNonNull(name, "name");
    requireNonNull(dag, "dag");
    requireNonNull(tsDef, "ts_def");
  }

  @Override
  public String key() {
    return wfuuid.toString();
  }
}
