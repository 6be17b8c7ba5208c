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
import org.p3s.broker.domain.RunTimeEstimate;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.platform.outbox.Tx;
import org.p3s.platform.sql.ColumnArrays;

/**
 * Learned run times in SQL. The first samples of a type have the same weight, later ones push out
 * the old ones: n new samples get the weight of n out of all, but at least {@code 1 - (1 -
 * 1/16)^n}. {@code LearnedRunTimeIT} compares the statement with {@code RunTimeFormula} in the
 * tests.
 */
@ApplicationScoped
class PgRunTimeStore implements RunTimeStore {

  // All transactions write the rows in the same order, so that they never deadlock.
  private static final String LEARN =
      """
      INSERT INTO run_time AS t (jobtype, site, mean, mean_square, samples)
      SELECT jobtype, site, sum / n, squares / n, n
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::float8[], $5::float8[])
        AS s(jobtype, site, n, sum, squares)
      ORDER BY jobtype, site
      ON CONFLICT (jobtype, site) DO UPDATE SET
        mean = t.mean + (excluded.mean - t.mean) * greatest(
          1 - power(1 - 1 / 16.0::float8, excluded.samples),
          excluded.samples::float8 / (t.samples + excluded.samples)),
        mean_square = t.mean_square + (excluded.mean_square - t.mean_square) * greatest(
          1 - power(1 - 1 / 16.0::float8, excluded.samples),
          excluded.samples::float8 / (t.samples + excluded.samples)),
        samples = t.samples + excluded.samples
      """;

  private static final String OF =
      "SELECT site, mean, mean_square, samples FROM run_time WHERE jobtype = $1";

  private final Pool pool;

  PgRunTimeStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Void> learn(Tx tx, List<RunTimeSample> samples) {
    Tuple columns =
        new ColumnArrays<>(samples)
            .add(String[]::new, RunTimeSample::jobtype)
            .add(String[]::new, RunTimeSample::site)
            .add(Long[]::new, RunTimeSample::n)
            .add(Double[]::new, RunTimeSample::sum)
            .add(Double[]::new, RunTimeSample::squares)
            .tuple();
    return tx.sql().preparedQuery(LEARN).execute(columns).replaceWithVoid();
  }

  @Override
  public Uni<RunTimeEstimates> of(String jobtype) {
    return pool.preparedQuery(OF)
        .execute(Tuple.of(jobtype))
        .map(
            rows -> {
              Map<String, RunTimeEstimate> bySite = new HashMap<>();
              for (Row row : rows) {
                bySite.put(
                    row.getString("site"),
                    new RunTimeEstimate(
                        row.getDouble("mean"),
                        row.getDouble("mean_square"),
                        row.getLong("samples")));
              }
              return new RunTimeEstimates(bySite);
            });
  }
}
