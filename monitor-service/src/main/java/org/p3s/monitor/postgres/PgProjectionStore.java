package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.p3s.contracts.Event;
import org.p3s.monitor.app.ProjectionStore;

/** One transaction per batch, one statement per event type. */
@ApplicationScoped
class PgProjectionStore implements ProjectionStore {

  private static final List<EventProjection> PROJECTIONS =
      List.of(
          new JobProjection(),
          new WorkflowProjection(),
          new FileProjection(),
          new PilotProjection(),
          new ServiceRecordProjection(),
          new DqmResultProjection());

  private final Pool pool;

  PgProjectionStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Void> apply(List<Event> batch) {
    return pool.withTransaction(sql -> applyAll(sql, batch));
  }

  private static Uni<Void> applyAll(SqlConnection sql, List<Event> batch) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (EventProjection projection : PROJECTIONS) {
      done = done.chain(() -> projection.apply(sql, batch));
    }
    return done;
  }
}
