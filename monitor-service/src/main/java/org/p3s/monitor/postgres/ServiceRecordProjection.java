package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import org.p3s.contracts.Event;
import org.p3s.contracts.ServiceRecord;
import org.p3s.platform.inbox.Events;

/** Writes the table {@code service_record}, the service log. */
final class ServiceRecordProjection implements EventProjection {

  private static final BatchStatement WRITE =
      new BatchStatement(
          """
          INSERT INTO service_record (uuid, service, level, message, at)
          SELECT id, service, level, message, at
          FROM jsonb_to_recordset($1::text::jsonb) AS e(
            id uuid, service text, level text, message text, at timestamptz)
          ON CONFLICT (uuid) DO NOTHING
          """);

  @Override
  public Uni<Void> apply(SqlConnection sql, List<Event> batch) {
    return WRITE.execute(
        sql,
        OneEventPerKey.of(
            Events.ofType(ServiceRecord.class, batch),
            ServiceRecord::id,
            (first, repeated) -> first));
  }
}
