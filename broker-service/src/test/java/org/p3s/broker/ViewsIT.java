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

/** What people and machines read of the running broker. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ViewsIT extends Stage {

  @Test
  void the_summary_the_lists_and_the_metrics_answer() throws Exception {
    JobDefined before = define();
    JobDefined job = define();
    awaitState(job.job(), "defined");
    assertThat(Fleet.get("/summary", Fleet.token("viewer")).body().path("waiting").asInt())
        .isPositive();
    // Other tests leave many.
    String next = "/jobs?state=defined&limit=1000&after=" + before.job();
    assertThat(Fleet.get(next, Fleet.token("viewer")).body().toString())
        .contains(job.job().toString())
        .doesNotContain(before.job().toString());
    assertThat(Fleet.get("/jobs/" + job.job(), Fleet.token("viewer")).body().path("place").asInt())
        .isPositive();
    assertThat(Fleet.get("/jobs?state=over", Fleet.token("viewer")).status()).isEqualTo(422);
    assertThat(Fleet.get("/jobs/" + UUID.randomUUID(), Fleet.token("viewer")).status())
        .isEqualTo(404);
    assertThat(Fleet.get("/jobtypes", Fleet.token("viewer")).body().toString())
        .contains("\"default\"");
    String metrics = Fleet.text("/q/metrics", Fleet.token("viewer"));
    assertThat(metrics)
        .contains("p3s_jobs_waiting", "p3s_pilots_parked", "p3s_dispatch_latency_seconds_bucket")
        .contains("p3s_jobs_finished_total{outcome=\"pilot-timeout\"");
    assertThat(Fleet.text("/q/openapi", Fleet.token("viewer")))
        .contains("/api/v1/pilots/{pilot}/next", "/api/v1/leases/{job}/finish");
  }

  @Test
  void the_databases_states_are_those_of_the_enum() {
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
