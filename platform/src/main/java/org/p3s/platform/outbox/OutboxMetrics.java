package org.p3s.platform.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** How much waits in the outbox, and for how long. */
@ApplicationScoped
class OutboxMetrics {

  private static final Logger LOG = Logger.getLogger(OutboxMetrics.class);
  private static final String COUNT =
      "SELECT count(*) AS depth,"
          + " coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS age FROM outbox";

  private final Pool pool;
  private volatile double depth;
  private volatile double age;

  OutboxMetrics(Pool pool, MeterRegistry metrics) {
    this.pool = pool;
    Gauge.builder("p3s.outbox.depth", () -> depth).register(metrics);
    Gauge.builder("p3s.outbox.age", () -> age).baseUnit("seconds").register(metrics);
  }

  /** Counts, and calls if anything is there. */
  void count(Runnable ifAny) {
    pool.query(COUNT)
        .execute()
        .subscribe()
        .with(
            rows -> {
              Row row = rows.iterator().next();
              depth = row.getLong("depth");
              age = row.getDouble("age");
              if (depth > 0) {
                ifAny.run();
              }
            },
            failure -> LOG.debugf("outbox not counted: %s", failure.getMessage()));
  }
}
