package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import org.p3s.contracts.DqmResult;
import org.p3s.contracts.Event;
import org.p3s.platform.inbox.Events;

/** Writes the table {@code dqm_result}, the data quality results. */
final class DqmResultProjection implements EventProjection {

  private static final BatchStatement WRITE =
      new BatchStatement(
          """
          INSERT INTO dqm_result (uuid, run, subrun, type, vals, limits, job, wfuuid, ts)
          SELECT id, run, subrun, type, "values", limits, job, wfuuid, ts
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            id uuid, run bigint, subrun bigint, type text, "values" jsonb, limits jsonb, job uuid,
            wfuuid uuid, ts timestamptz)
          ON CONFLICT (uuid) DO NOTHING
          """);

  @Override
  public Uni<Void> apply(SqlConnection sql, List<Event> batch) {
    return WRITE.execute(
        sql,
        OneEventPerKey.of(
            Events.ofType(DqmResult.class, batch), DqmResult::id, (first, repeated) -> first));
  }
}
