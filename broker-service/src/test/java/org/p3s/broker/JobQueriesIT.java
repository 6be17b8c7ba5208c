package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.p3s.broker.domain.JobState;
import org.p3s.contracts.JobDefined;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Lists, summary and metrics of the running broker. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class JobQueriesIT extends BrokerTestBase {

  @Test
  void summary_lists_and_metrics_are_served() throws Exception {
    JobDefined before = define();
    JobDefined job = define();
    awaitState(job.job(), "defined");
    assertThat(
            TestPilots.get("/summary", TestPilots.token("viewer")).body().path("waiting").asInt())
        .isPositive();
    // Other tests leave many jobs behind.
    String next = "/jobs?state=defined&limit=1000&after=" + before.job();
    assertThat(TestPilots.get(next, TestPilots.token("viewer")).body().toString())
        .contains(job.job().toString())
        .doesNotContain(before.job().toString());
    assertThat(
            TestPilots.get("/jobs/" + job.job(), TestPilots.token("viewer"))
                .body()
                .path("place")
                .asInt())
        .isPositive();
    assertThat(TestPilots.get("/jobs?state=over", TestPilots.token("viewer")).status())
        .isEqualTo(422);
    assertThat(TestPilots.get("/jobs/" + UUID.randomUUID(), TestPilots.token("viewer")).status())
        .isEqualTo(404);
    assertThat(TestPilots.get("/jobtypes", TestPilots.token("viewer")).body().toString())
        .contains("\"default\"");
    String metrics = TestPilots.text("/q/metrics", TestPilots.token("viewer"));
    assertThat(metrics)
        .contains("p3s_jobs_waiting", "p3s_polls_pending", "p3s_dispatch_latency_seconds_bucket")
        .contains("p3s_jobs_finished_total{outcome=\"pilot-timeout\"");
    assertThat(TestPilots.text("/q/openapi", TestPilots.token("viewer")))
        .contains("/api/v1/pilots/{pilot}/next", "/api/v1/leases/{job}/finish");
  }

  @Test
  void the_states_in_the_database_are_those_of_the_enum() {
    assertThat(constraint("job_state")).isEqualTo(texts(JobState.LIVE.stream()));
    assertThat(constraint("job_attempt_state"))
        .isEqualTo(texts(Stream.of(JobState.values()).filter(JobState::isEnd)));
  }

  private static Set<String> texts(Stream<JobState> states) {
    return states.map(JobState::text).collect(Collectors.toSet());
  }

  private Set<String> constraint(String name) {
    Set<String> values = new HashSet<>();
    String sql = "SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conname = $1";
    for (Row row : rows(sql, Tuple.of(name))) {
      Matcher matcher = Pattern.compile("'([a-z-]+)'").matcher(row.getString("def"));
      while (matcher.find()) {
        values.add(matcher.group(1));
      }
    }
    return values;
  }
}
