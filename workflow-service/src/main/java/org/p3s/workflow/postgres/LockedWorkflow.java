package org.p3s.workflow.postgres;

import static org.p3s.workflow.postgres.Columns.instant;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.WorkflowProgress;
import org.p3s.workflow.domain.WorkflowState;

/** A locked workflow: its head and its progress. */
public record LockedWorkflow(
    UUID uuid,
    String name,
    String dag,
    int dagVersion,
    @Nullable String user,
    int nvertices,
    @Nullable UUID file,
    @Nullable String watch,
    @Nullable String path,
    @Nullable UUID rerunOf,
    Instant tsDef,
    @Nullable Instant tsSta,
    WorkflowState before,
    WorkflowProgress progress) {

  /** True if something is to be written. */
  boolean isChanged() {
    return before != progress.state() || !progress.changed().isEmpty();
  }

  /** True if it was a template until just now. */
  public boolean hasStarted() {
    return before == WorkflowState.TEMPLATE
        && progress.state() != WorkflowState.TEMPLATE
        && progress.state() != WorkflowState.CANCELLED;
  }

  /** True if the workflow ended just now. */
  public boolean hasEnded() {
    return !before.isEnd() && progress.state().isEnd();
  }

  static Map<UUID, LockedWorkflow> of(RowSet<Row> heads, RowSet<Row> steps) {
    Map<UUID, List<WorkflowProgress.Step>> byWorkflow = new HashMap<>();
    for (Row row : steps) {
      byWorkflow.computeIfAbsent(row.getUUID("wfuuid"), w -> new ArrayList<>()).add(step(row));
    }
    Map<UUID, LockedWorkflow> all = new LinkedHashMap<>();
    for (Row row : heads) {
      UUID uuid = row.getUUID("uuid");
      WorkflowState state = WorkflowState.of(row.getString("state"));
      all.put(
          uuid,
          new LockedWorkflow(
              uuid,
              row.getString("name"),
              row.getString("dag"),
              row.getInteger("dag_version"),
              row.getString("usr"),
              row.getInteger("nvertices"),
              row.getUUID("file"),
              row.getString("watch"),
              row.getString("path"),
              row.getUUID("rerun_of"),
              Objects.requireNonNull(instant(row, "ts_def")),
              instant(row, "ts_sta"),
              state,
              new WorkflowProgress(state, byWorkflow.getOrDefault(uuid, List.of()))));
    }
    return all;
  }

  private static WorkflowProgress.Step step(Row row) {
    Integer errcode = row.getInteger("errcode");
    JobState state = JobState.of(row.getString("state"));
    boolean noop = row.getBoolean("noop");
    return new WorkflowProgress.Step(
        row.getUUID("uuid"),
        row.getString("node"),
        Arrays.asList(row.getArrayOfUUIDs("parents")),
        noop,
        row.getBoolean("optional"),
        "continue".equals(row.getString("onfailure")),
        state,
        state == JobState.FINISHED && (noop || (errcode != null && errcode == 0)),
        row.getInteger("attempt"),
        row.getInteger("maxattempts"));
  }
}
