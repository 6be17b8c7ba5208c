package org.p3s.workflow.postgres;

import static org.p3s.platform.sql.RowValues.instantOrNull;

import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.app.DatasetView;
import org.p3s.workflow.app.DatasetViewBuilder;
import org.p3s.workflow.app.JobDefinitionView;
import org.p3s.workflow.app.JobDefinitionViewBuilder;
import org.p3s.workflow.app.WorkflowView;
import org.p3s.workflow.app.WorkflowViewBuilder;
import org.p3s.workflow.domain.JobState;
import org.p3s.workflow.domain.WorkflowState;

/** Maps rows to what the API shows. */
final class ViewMapper {

  static JobDefinitionView job(Row row) {
    JobState state = JobState.of(row.getString("state"));
    Integer errcode = row.getInteger("errcode");
    return JobDefinitionViewBuilder.builder()
        .uuid(row.getUUID("uuid"))
        .name(row.getString("name"))
        .jobtype(row.getString("jobtype"))
        .user(row.getString("usr"))
        .site(row.getString("site"))
        .host(row.getString("host"))
        .state(state.text())
        .outcome(JobDefinitionView.outcome(state, errcode))
        .priority(row.getInteger("priority"))
        .timelimit(row.getLong("timelimit"))
        .attempt(row.getInteger("attempt"))
        .maxattempts(row.getInteger("maxattempts"))
        .payload(row.getString("payload"))
        .params(row.getString("params"))
        .env(JsonbColumns.strings(row, "env"))
        .infile(row.getString("infile"))
        .wfuuid(row.getUUID("wfuuid"))
        .node(row.getString("node"))
        .pUuid(row.getUUID("p_uuid"))
        .pid(row.getLong("pid"))
        .errcode(errcode)
        .signal(row.getInteger("signal"))
        .reason(row.getString("reason"))
        .tsDef(instantOrNull(row, "ts_def"))
        .tsDis(instantOrNull(row, "ts_dis"))
        .tsSta(instantOrNull(row, "ts_sta"))
        .tsSto(instantOrNull(row, "ts_sto"))
        .staleAt(instantOrNull(row, "stale_at"))
        .cpuS(row.getDouble("cpu_s"))
        .maxRssKib(row.getLong("max_rss_kib"))
        .hostWorkdir(row.getString("host_workdir"))
        .rerunOf(row.getUUID("rerun_of"))
        .build();
  }

  /** A workflow as in lists. */
  static WorkflowView workflow(Row row) {
    return workflow(row, null, null);
  }

  static WorkflowView workflow(
      Row row, @Nullable List<JobDefinitionView> jobs, @Nullable List<DatasetView> datasets) {
    WorkflowState state = WorkflowState.of(row.getString("state"));
    return WorkflowViewBuilder.builder()
        .uuid(row.getUUID("uuid"))
        .name(row.getString("name"))
        .dag(row.getString("dag"))
        .dagVersion(row.getInteger("dag_version"))
        .user(row.getString("usr"))
        .state(state.text())
        .outcome(WorkflowView.outcome(state))
        .nvertices(row.getInteger("nvertices"))
        .ndone(row.getInteger("ndone"))
        .tsDef(instantOrNull(row, "ts_def"))
        .tsSta(instantOrNull(row, "ts_sta"))
        .tsSto(instantOrNull(row, "ts_sto"))
        .rerunOf(row.getUUID("rerun_of"))
        .reason(row.getString("reason"))
        .reprocess(row.getBoolean("reprocess"))
        .file(row.getUUID("file"))
        .path(row.getString("path"))
        .jobs(jobs)
        .data(datasets)
        .build();
  }

  static DatasetView dataset(Row row) {
    return DatasetViewBuilder.builder()
        .uuid(row.getUUID("uuid"))
        .name(row.getString("name"))
        .dirpath(row.getString("dirpath"))
        .path(row.getString("path"))
        .datatype(row.getString("datatype"))
        .datatag(row.getString("datatag"))
        .source(row.getString("source"))
        .target(row.getString("target"))
        .state(row.getString("state"))
        .size(row.getLong("size"))
        .checksum(row.getString("checksum"))
        .comment(row.getString("comment"))
        .wfuuid(row.getUUID("wfuuid"))
        .tsReg(instantOrNull(row, "ts_reg"))
        .tsUpd(instantOrNull(row, "ts_upd"))
        .build();
  }

  private ViewMapper() {}
}
