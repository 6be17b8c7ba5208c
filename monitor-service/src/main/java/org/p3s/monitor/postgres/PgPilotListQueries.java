package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PageRequest;
import org.p3s.monitor.app.PilotListQueries;
import org.p3s.platform.http.Page;

@ApplicationScoped
class PgPilotListQueries implements PilotListQueries {

  /** The fields of the API by their names, in their order. */
  private static final String COLUMNS =
      """
      uuid, site, host, pid, state, status, slots, jobs AS j_uuid, jobcount, extra,
      ts_reg AS ts_cre, ts_reg, ts_lhb, ts_end, reason
      """;

  private final Pool pool;

  PgPilotListQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page) {
    return new ListStatement(COLUMNS, "pilot")
        .where("state =", filter.state())
        .where("site =", filter.site())
        .page(pool, page);
  }
}
