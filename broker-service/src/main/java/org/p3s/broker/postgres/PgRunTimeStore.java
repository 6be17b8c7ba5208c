package org.p3s.broker.postgres;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.RunTime;
import org.p3s.broker.domain.RunTimes;
import org.p3s.platform.outbox.Tx;

/** Learned run times in SQL, on the reactive client: one statement per batch of ends. */
@ApplicationScoped
class PgRunTimeStore implements RunTimeStore {

  // Rows in one order whoever writes them, so that two batches never wait in a circle.
  private static final String LEARN =
      """
      INSERT INTO run_time AS t (jobtype, site, mean, square, samples)
      SELECT jobtype, site, sum / n, squares / n, n
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::float8[], $5::float8[])
        AS s(jobtype, site, n, sum, squares)
      ORDER BY jobtype, site
      ON CONFLICT (jobtype, site) DO UPDATE SET
        mean = t.mean + (excluded.mean - t.mean) * greatest(
          1 - power(1 - 1 / 16.0::float8, excluded.samples),
          excluded.samples::float8 / (t.samples + excluded.samples)),
        square = t.square + (excluded.square - t.square) * greatest(
          1 - power(1 - 1 / 16.0::float8, excluded.samples),
          excluded.samples::float8 / (t.samples + excluded.samples)),
        samples = t.samples + excluded.samples
      """;

  private static final String OF =
      "SELECT site, mean, square, samples FROM run_time WHERE jobtype = $1";

  private final Pool pool;

  PgRunTimeStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Void> learn(Tx tx, List<RunTime.Sample> samples) {
    Tuple columns =
        new Columns<>(samples)
            .add(String[]::new, RunTime.Sample::jobtype)
            .add(String[]::new, RunTime.Sample::site)
            .add(Long[]::new, RunTime.Sample::n)
            .add(Double[]::new, RunTime.Sample::sum)
            .add(Double[]::new, RunTime.Sample::squares)
            .tuple();
    return tx.sql().preparedQuery(LEARN).execute(columns).replaceWithVoid();
  }

  @Override
  public Uni<RunTimes> of(String jobtype) {
    return pool.preparedQuery(OF)
        .execute(Tuple.of(jobtype))
        .map(
            rows -> {
              Map<String, RunTime> bySite = new HashMap<>();
              for (Row row : rows) {
                bySite.put(
                    row.getString("site"),
                    new RunTime(
                        row.getDouble("mean"), row.getDouble("square"), row.getLong("samples")));
              }
              return new RunTimes(bySite);
            });
  }
}
