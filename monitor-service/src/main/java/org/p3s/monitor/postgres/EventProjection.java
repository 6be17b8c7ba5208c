package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import org.p3s.contracts.Event;

/** Writes the events of one family into their table; ignores the others of a batch. */
interface EventProjection {

  Uni<Void> apply(SqlConnection sql, List<Event> batch);
}
