package org.p3s.platform.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** The gauges of the outbox: how many events wait, and how long the oldest has waited. */
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

  /** Updates the gauges, and runs the action if an event waits. */
  void update(Runnable ifAny) {
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
            failure -> LOG.debugf("the outbox was not counted: %s", failure.getMessage()));
  }
}
