package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PageRequest;
import org.p3s.monitor.app.ServiceLogQueries;
import org.p3s.platform.http.Page;

@ApplicationScoped
class PgServiceLogQueries implements ServiceLogQueries {

  /** The fields of the API by their names, in their order. */
  private static final String COLUMNS =
      """
      uuid, service AS name, service, level, message, message AS info, at AS time, at
      """;

  private final Pool pool;

  PgServiceLogQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Page<Map<String, @Nullable Object>>> list(@Nullable String service, PageRequest page) {
    return new ListStatement(COLUMNS, "service_record")
        .where("service =", service)
        .page(pool, page);
  }
}
