package org.p3s.monitor.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PageRequest;
import org.p3s.monitor.app.WorkflowListQueries;
import org.p3s.platform.http.Page;

@ApplicationScoped
class PgWorkflowListQueries implements WorkflowListQueries {

  /** The fields of the API by their names, in their order. */
  private static final String COLUMNS =
      """
      uuid, name, dag, dag_version, usr AS user, state, outcome, nvertices,
      CASE WHEN state = 'running'
           THEN (SELECT count(*) FROM job WHERE job.wfuuid = workflow.uuid
                 AND job.outcome = 'success')::int
           ELSE ndone END AS ndone,
      file, watch, path, rerun_of, reason, ts_def, ts_sta, ts_sto
      """;

  private final Pool pool;

  PgWorkflowListQueries(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Page<Map<String, @Nullable Object>>> list(Filter filter, PageRequest page) {
    return new ListStatement(COLUMNS, "workflow")
        .where("state =", filter.state())
        .where("dag =", filter.dag())
        .where("name =", filter.name())
        .page(pool, page);
  }

  @Override
  public Uni<Optional<Map<String, @Nullable Object>>> find(UUID workflow) {
    return new ListStatement(COLUMNS, "workflow").find(pool, workflow);
  }
}
