package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.FileListQueries;
import org.p3s.monitor.app.PageRequest;
import org.p3s.platform.http.Page;

@ApplicationScoped
class PgFileListQueries implements FileListQueries {

  /** The fields of the API by their names, in their order. */
  private static final String COLUMNS =
      """
      uuid, watch, path, name, size, state, run, subrun, mtime, ts_seen, ts_whole, ts_done
      """;

  private final Pool pool;

  PgFileListQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page) {
    return new ListStatement(COLUMNS, "file")
        .where("state =", filter.state())
        .where("watch =", filter.watch())
        .page(pool, page);
  }
}
