package org.p3s.workflow.postgres;

import static org.p3s.workflow.postgres.Columns.instant;
import static org.p3s.workflow.postgres.Columns.strings;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Dataset;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.WorkflowPlan;
import org.p3s.workflow.domain.InitialState;

/** The shapes in which the API shows things. */
public final class ReadModels {

  /** A job; {@code outcome} is success, failure or null before the end. */
  public record JobView(
      UUID uuid,
      String name,
      String jobtype,
      @Nullable String user,
      @Nullable String site,
      @Nullable String host,
      String state,
      @Nullable String outcome,
      int priority,
      long timelimit,
      int attempt,
      int maxattempts,
      String payload,
      @Nullable String params,
      Map<String, String> env,
      @Nullable String infile,
      @Nullable UUID wfuuid,
      @Nullable String node,
      @Nullable UUID pUuid,
      @Nullable Long pid,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason,
      @Nullable Instant tsDef,
      @Nullable Instant tsDis,
      @Nullable Instant tsSta,
      @Nullable Instant tsSto,
      @Nullable Instant staleAt,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      @Nullable String hostWorkdir,
      @Nullable UUID rerunOf) {

    static JobView of(Row row) {
      String state = row.getString("state");
      Integer errcode = row.getInteger("errcode");
      return new JobView(
          row.getUUID("uuid"),
          row.getString("name"),
          row.getString("jobtype"),
          row.getString("usr"),
          row.getString("site"),
          row.getString("host"),
          state,
          outcome(state, errcode),
          row.getInteger("priority"),
          row.getLong("timelimit"),
          row.getInteger("attempt"),
          row.getInteger("maxattempts"),
          row.getString("payload"),
          row.getString("params"),
          strings(row, "env"),
          row.getString("infile"),
          row.getUUID("wfuuid"),
          row.getString("node"),
          row.getUUID("p_uuid"),
          row.getLong("pid"),
          errcode,
          row.getInteger("signal"),
          row.getString("reason"),
          instant(row, "ts_def"),
          instant(row, "ts_dis"),
          instant(row, "ts_sta"),
          instant(row, "ts_sto"),
          instant(row, "stale_at"),
          row.getDouble("cpu_s"),
          row.getLong("max_rss_kib"),
          row.getString("host_workdir"),
          row.getUUID("rerun_of"));
    }

    /** A job that may never be stored. */
    static JobView of(Job job) {
      return new JobView(
          job.uuid(),
          job.name(),
          job.jobtype(),
          job.user(),
          job.site(),
          null,
          job.state().text(),
          outcome(job.state().text(), 0),
          job.priority(),
          job.timelimit(),
          job.attempt(),
          job.maxattempts(),
          job.payload(),
          job.params(),
          job.env(),
          job.infile(),
          job.wfuuid(),
          job.node(),
          null,
          null,
          null,
          null,
          null,
          job.tsDef(),
          null,
          null,
          null,
          job.staleAt(),
          null,
          null,
          null,
          job.rerunOf());
    }

    private static @Nullable String outcome(String state, @Nullable Integer errcode) {
      return switch (state) {
        case "template", "defined", "dispatched", "running" -> null;
        case "finished" -> errcode != null && errcode == 0 ? "success" : "failure";
        default -> "failure";
      };
    }
  }

  /** A workflow; {@code jobs} and {@code data} are null in lists. */
  public record WorkflowView(
      UUID uuid,
      String name,
      String dag,
      int dagVersion,
      @Nullable String user,
      String state,
      @Nullable String outcome,
      int nvertices,
      int ndone,
      @Nullable Instant tsDef,
      @Nullable Instant tsSta,
      @Nullable Instant tsSto,
      @Nullable UUID rerunOf,
      @Nullable String reason,
      boolean reprocess,
      @Nullable UUID file,
      @Nullable String path,
      @Nullable List<JobView> jobs,
      @Nullable List<DataView> data) {

    static WorkflowView of(Row row, @Nullable List<JobView> jobs, @Nullable List<DataView> data) {
      String state = row.getString("state");
      return new WorkflowView(
          row.getUUID("uuid"),
          row.getString("name"),
          row.getString("dag"),
          row.getInteger("dag_version"),
          row.getString("usr"),
          state,
          switch (state) {
            case "finished" -> "success";
            case "failed", "cancelled" -> "failure";
            default -> null;
          },
          row.getInteger("nvertices"),
          row.getInteger("ndone"),
          instant(row, "ts_def"),
          instant(row, "ts_sta"),
          instant(row, "ts_sto"),
          row.getUUID("rerun_of"),
          row.getString("reason"),
          row.getBoolean("reprocess"),
          row.getUUID("file"),
          row.getString("path"),
          jobs,
          data);
    }

    /** A workflow that may never be stored. */
    public static WorkflowView of(InitialState started) {
      WorkflowPlan plan = started.plan();
      return new WorkflowView(
          plan.uuid(),
          plan.name(),
          plan.dag(),
          plan.dagVersion(),
          plan.order().user(),
          started.state().text(),
          null,
          started.jobs().size(),
          started.done(),
          plan.tsDef(),
          null,
          null,
          plan.rerunOf(),
          null,
          false,
          plan.file(),
          plan.path(),
          started.jobs().stream().map(JobView::of).toList(),
          plan.datasets().stream().map(data -> DataView.of(data, plan.tsDef())).toList());
    }
  }

  /** A dataset: the file on an edge. */
  public record DataView(
      UUID uuid,
      String name,
      String dirpath,
      String path,
      String datatype,
      @Nullable String datatag,
      String source,
      String target,
      String state,
      @Nullable Long size,
      @Nullable String checksum,
      @Nullable String comment,
      UUID wfuuid,
      @Nullable Instant tsReg,
      @Nullable Instant tsUpd) {

    static DataView of(Row row) {
      return new DataView(
          row.getUUID("uuid"),
          row.getString("name"),
          row.getString("dirpath"),
          row.getString("path"),
          row.getString("datatype"),
          row.getString("datatag"),
          row.getString("source"),
          row.getString("target"),
          row.getString("state"),
          row.getLong("size"),
          row.getString("checksum"),
          row.getString("comment"),
          row.getUUID("wfuuid"),
          instant(row, "ts_reg"),
          instant(row, "ts_upd"));
    }

    static DataView of(Dataset data, Instant now) {
      return new DataView(
          data.uuid(),
          data.name(),
          data.dirpath(),
          data.path(),
          data.datatype(),
          data.datatag(),
          data.source(),
          data.target(),
          data.state().text(),
          data.size(),
          data.checksum(),
          data.comment(),
          data.wfuuid(),
          now,
          now);
    }
  }

  private ReadModels() {}
}
