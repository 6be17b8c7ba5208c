package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.DqmResultQueries;
import org.p3s.monitor.app.PageRequest;
import org.p3s.platform.http.Page;

@ApplicationScoped
class PgDqmResultQueries implements DqmResultQueries {

  /** The fields of the API by their names, in their order. */
  private static final String COLUMNS =
      """
      uuid, run, subrun, type, vals AS values, limits, job, wfuuid, ts
      """;

  private final Pool pool;

  PgDqmResultQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page) {
    return new ListStatement(COLUMNS, "dqm_result")
        .where("run =", filter.run())
        .where("type =", filter.type())
        .page(pool, page);
  }
}
