package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import org.p3s.contracts.Event;
import org.p3s.contracts.WorkflowDefined;
import org.p3s.contracts.WorkflowFinished;
import org.p3s.platform.inbox.Events;

/** Writes the table {@code workflow}. A workflow that has ended never runs again. */
final class WorkflowProjection implements EventProjection {

  private static final BatchStatement WRITE_DEFINITION =
      new BatchStatement(
          """
          INSERT INTO workflow (uuid, name, dag, dag_version, usr, state, nvertices, file, watch, path,
                                rerun_of, ts_def, ts_sta)
          SELECT wfuuid, name, dag, dag_version, "user", state, nvertices, file, watch, path,
                 rerun_of, ts_def, ts_sta
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            wfuuid uuid, name text, dag text, dag_version int, "user" text, nvertices int, file uuid,
            watch text, path text, rerun_of uuid, state text, ts_def timestamptz, ts_sta timestamptz)
          ON CONFLICT (uuid) DO UPDATE SET
            usr = excluded.usr, rerun_of = excluded.rerun_of,
            state = CASE workflow.state WHEN 'template' THEN excluded.state ELSE workflow.state END,
            ts_sta = coalesce(workflow.ts_sta, excluded.ts_sta)
          """);

  private static final BatchStatement WRITE_END =
      new BatchStatement(
          """
          INSERT INTO workflow (uuid, name, dag, dag_version, state, reason, nvertices, ndone, file,
                                watch, path, ts_def, ts_sta, ts_sto)
          SELECT wfuuid, name, dag, dag_version, state, reason, nvertices, ndone, file, watch, path,
                 ts_def, ts_sta, ts_sto
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            wfuuid uuid, name text, dag text, dag_version int, state text, reason text, nvertices int,
            ndone int, file uuid, watch text, path text, ts_def timestamptz, ts_sta timestamptz,
            ts_sto timestamptz)
          ON CONFLICT (uuid) DO UPDATE SET
            state = excluded.state, reason = excluded.reason, ndone = excluded.ndone,
            ts_sta = excluded.ts_sta, ts_sto = excluded.ts_sto
          """);

  @Override
  public Uni<Void> apply(SqlConnection sql, List<Event> batch) {
    return WRITE_DEFINITION
        .execute(sql, definitions(batch))
        .chain(() -> WRITE_END.execute(sql, ends(batch)));
  }

  /** A workflow that was made as a template is defined once more when it starts to run. */
  private static List<WorkflowDefined> definitions(List<Event> batch) {
    return OneEventPerKey.of(
        Events.ofType(WorkflowDefined.class, batch),
        WorkflowDefined::wfuuid,
        (a, b) -> a.state() == WorkflowDefined.State.RUNNING ? a : b);
  }

  private static List<WorkflowFinished> ends(List<Event> batch) {
    return OneEventPerKey.of(
        Events.ofType(WorkflowFinished.class, batch),
        WorkflowFinished::wfuuid,
        (first, repeated) -> first);
  }
}
