package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.RunTimeEstimate;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.RunTimeFormula;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Learned run times are the same in SQL and in Java. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class LearnedRunTimeIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject RunTimeStore learned;
  @Inject Outbox outbox;
  @Inject Pool pool;

  private final String type = "learned-" + UUID.randomUUID();

  private void learn(List<RunTimeSample> samples) {
    outbox.transact(tx -> learned.learn(tx, samples)).await().atMost(LONG);
  }

  private List<Row> rows(String sql, Tuple parameters) {
    List<Row> rows = new ArrayList<>();
    pool.preparedQuery(sql).execute(parameters).await().atMost(LONG).forEach(rows::add);
    return rows;
  }

  /** Random batches of samples give the same values in the table and by the formula. */
  @Test
  void learning_run_times_in_sql_agrees_with_the_formula() {
    Random random = new Random(5);
    RunTimeSample first = new RunTimeSample(type, "s", 1, 30, 900);
    RunTimeEstimate expected = RunTimeFormula.of(first);
    learn(List.of(first));
    for (int batch = 0; batch < 20; batch++) {
      long n = 1 + random.nextInt(40);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double seconds = 100 * random.nextDouble();
        sum += seconds;
        squares += seconds * seconds;
      }
      RunTimeSample sample = new RunTimeSample(type, "s", n, sum, squares);
      expected = RunTimeFormula.with(expected, sample);
      learn(List.of(sample));
    }
    RunTimeEstimate stored =
        Objects.requireNonNull(learned.of(type).await().atMost(LONG).bySite().get("s"));
    assertThat(stored.samples()).isEqualTo(expected.samples());
    assertThat(stored.mean()).isCloseTo(expected.mean(), within(1e-6));
    double need =
        rows("SELECT need_s FROM run_time WHERE jobtype = $1", Tuple.of(type)).get(0).getDouble(0);
    assertThat(need).isCloseTo(expected.neededSeconds().orElseThrow(), within(1e-6));
  }

  @Test
  void the_learned_run_time_is_the_same_in_sql_and_in_java() {
    Random random = new Random(6);
    for (int round = 0; round < 50; round++) {
      String some = type + "-" + round;
      List<RunTimeSample> samples = new ArrayList<>();
      for (String site : List.of("cern", RunTimeEstimates.ANY_SITE)) {
        long n = random.nextInt(10);
        if (n > 0) {
          double mean = 100 * random.nextDouble();
          samples.add(new RunTimeSample(some, site, n, n * mean, n * (mean * mean + 9)));
        }
      }
      learn(samples);
      RunTimeEstimates estimates = learned.of(some).await().atMost(LONG);
      for (String site : List.of("cern", "bnl", RunTimeEstimates.ANY_SITE)) {
        for (long timelimit : List.of(20L, 1_000L)) {
          String asked = site.equals(RunTimeEstimates.ANY_SITE) ? null : site;
          OptionalDouble expected = estimates.learned(site, timelimit);
          OptionalDouble inSql = learnedInSql(some, asked, timelimit);
          assertThat(inSql.isPresent())
              .as("%s at %s is known, from %s", some, site, samples)
              .isEqualTo(expected.isPresent());
          assertThat(inSql.orElse(0))
              .as("%s at %s within %d s, from %s", some, site, timelimit, samples)
              .isCloseTo(expected.orElse(0), within(1e-6));
        }
      }
    }
  }

  private OptionalDouble learnedInSql(String jobtype, @Nullable String site, long timelimit) {
    List<Row> rows =
        rows(
            "SELECT seconds FROM learned_run_time($1, $2, $3)", Tuple.of(jobtype, site, timelimit));
    return rows.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(rows.get(0).getDouble(0));
  }

  /** A call for each lane and kind of request would make the claim slow. */
  @Test
  void postgres_puts_the_function_into_the_statement_that_uses_it() {
    StringBuilder plan = new StringBuilder();
    rows(
            "EXPLAIN SELECT (SELECT t.seconds FROM learned_run_time(l.jobtype, l.site, l.timelimit) t)"
                + " FROM lane l",
            Tuple.tuple())
        .forEach(row -> plan.append(row.getString(0)).append('\n'));
    assertThat(plan).contains("run_time").doesNotContain("Function Scan");
  }
}
