package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.RowValues.instant;
import static org.p3s.platform.sql.RowValues.instantOrNull;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.p3s.workflow.app.LockedWorkflow;
import org.p3s.workflow.app.LockedWorkflowBuilder;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.TrackedJob;
import org.p3s.workflow.domain.WorkflowProgress;
import org.p3s.workflow.domain.WorkflowState;

/** Maps rows of workflows and of their jobs to locked workflows. */
final class LockedWorkflowMapper {

  static Map<UUID, LockedWorkflow> workflows(RowSet<Row> workflows, RowSet<Row> jobs) {
    Map<UUID, List<TrackedJob>> byWorkflow = new HashMap<>();
    for (Row row : jobs) {
      byWorkflow.computeIfAbsent(row.getUUID("wfuuid"), w -> new ArrayList<>()).add(job(row));
    }
    Map<UUID, LockedWorkflow> all = new LinkedHashMap<>();
    for (Row row : workflows) {
      UUID uuid = row.getUUID("uuid");
      all.put(uuid, workflow(row, byWorkflow.getOrDefault(uuid, List.of())));
    }
    return all;
  }

  private static LockedWorkflow workflow(Row row, List<TrackedJob> jobs) {
    WorkflowState state = WorkflowState.of(row.getString("state"));
    return LockedWorkflowBuilder.builder()
        .uuid(row.getUUID("uuid"))
        .name(row.getString("name"))
        .dag(row.getString("dag"))
        .dagVersion(row.getInteger("dag_version"))
        .user(row.getString("usr"))
        .nvertices(row.getInteger("nvertices"))
        .file(row.getUUID("file"))
        .watch(row.getString("watch"))
        .path(row.getString("path"))
        .rerunOf(row.getUUID("rerun_of"))
        .tsDef(instant(row, "ts_def"))
        .tsSta(instantOrNull(row, "ts_sta"))
        .stateBefore(state)
        .progress(new WorkflowProgress(state, jobs))
        .build();
  }

  private static TrackedJob job(Row row) {
    JobState state = JobState.of(row.getString("state"));
    boolean noop = row.getBoolean("noop");
    return new TrackedJob(
        row.getUUID("uuid"),
        row.getString("node"),
        Arrays.asList(row.getArrayOfUUIDs("parents")),
        noop,
        row.getBoolean("optional"),
        "continue".equals(row.getString("onfailure")),
        state,
        state == JobState.FINISHED && (noop || state.succeeded(row.getInteger("errcode"))),
        row.getInteger("attempt"),
        row.getInteger("maxattempts"));
  }

  private LockedWorkflowMapper() {}
}
