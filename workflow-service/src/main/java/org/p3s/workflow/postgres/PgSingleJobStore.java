package org.p3s.workflow.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.RowValues;
import org.p3s.workflow.app.SelectedJob;
import org.p3s.workflow.app.SingleJobStore;

/** Changes of single jobs in PostgreSQL. */
@ApplicationScoped
class PgSingleJobStore implements SingleJobStore {

  @Override
  public Uni<Optional<SelectedJob>> changePriority(Tx tx, UUID uuid, int priority) {
    return tx.sql()
        .preparedQuery(
            """
            UPDATE job SET priority = $2 WHERE uuid = $1 AND state IN ('template', 'defined')
            RETURNING uuid, wfuuid, state
            """)
        .execute(Tuple.of(uuid, priority))
        .map(rows -> Optional.ofNullable(RowValues.first(rows, PgJobSelectionStore::selectedJob)));
  }

  @Override
  public Uni<Void> excludeRetries(Tx tx, UUID uuid) {
    return tx.sql()
        .preparedQuery("UPDATE job SET cancelled = true WHERE uuid = $1")
        .execute(Tuple.of(uuid))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> cancelTemplate(Tx tx, UUID uuid, Instant now) {
    return tx.sql()
        .preparedQuery(
            "UPDATE job SET state = 'cancelled', ts_sto = $2 WHERE uuid = $1 AND state = 'template'")
        .execute(Tuple.of(uuid, RowValues.time(now)))
        .replaceWithVoid();
  }
}
