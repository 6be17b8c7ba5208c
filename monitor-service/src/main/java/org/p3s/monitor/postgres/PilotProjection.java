package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import org.p3s.contracts.Event;
import org.p3s.contracts.PilotHeartbeat;
import org.p3s.platform.inbox.Events;

/** Writes the table {@code pilot}. A pilot that has ended stays so, whatever comes later. */
final class PilotProjection implements EventProjection {

  private static final BatchStatement WRITE_HEARTBEAT =
      new BatchStatement(
          """
          INSERT INTO pilot (uuid, site, host, pid, state, status, slots, jobs, jobcount, extra, reason,
                             ts_reg, ts_lhb, ts_end)
          SELECT pilot, site, host, pid, state, status, slots,
                 ARRAY(SELECT (j ->> 'job')::uuid FROM jsonb_array_elements(jobs) j), jobcount, extra,
                 reason, ts_reg, at, CASE WHEN kind = 'end' THEN at END
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            pilot uuid, kind text, site text, host text, pid bigint, state text, status text, slots int,
            jobs jsonb, jobcount int, extra text, reason text, ts_reg timestamptz, at timestamptz)
          ON CONFLICT (uuid) DO UPDATE SET
            state = excluded.state, status = excluded.status, jobs = excluded.jobs,
            jobcount = excluded.jobcount, reason = excluded.reason, ts_lhb = excluded.ts_lhb,
            ts_end = excluded.ts_end
          WHERE pilot.ts_end IS NULL
            AND (excluded.ts_end IS NOT NULL OR excluded.ts_lhb >= pilot.ts_lhb)
          """);

  @Override
  public Uni<Void> apply(SqlConnection sql, List<Event> batch) {
    List<PilotHeartbeat> lastOfEach =
        OneEventPerKey.of(
            Events.ofType(PilotHeartbeat.class, batch),
            PilotHeartbeat::pilot,
            (a, b) -> a.kind() == PilotHeartbeat.Kind.END ? a : b);
    return WRITE_HEARTBEAT.execute(sql, lastOfEach);
  }
}
