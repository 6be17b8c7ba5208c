package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.RunTimeEstimate;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.contracts.JobDefined;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Explanations: the place in the queue, the expected start, and the failing rule. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ExplainIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject JobQueue queue;
  @Inject RunTimeStore runTimes;
  @Inject Outbox outbox;
  @Inject Pool pool;
  @Inject PilotTokens tokens;

  private final String type = "explained-" + UUID.randomUUID();

  private static JsonNode explain(JobDefined job) throws Exception {
    return TestPilots.get("/jobs/" + job.job() + "/explain", TestPilots.token("viewer")).body();
  }

  private JobDefined define(TestPilots pilots) {
    JobDefined job = JobDefinitions.ofType(pilots.site, type);
    outbox.transact(tx -> queue.define(tx, List.of(job), FairShare.NONE)).await().atMost(LONG);
    return job;
  }

  @Test
  void the_expected_start_comes_from_what_pilots_that_fit_hold_and_what_is_ahead()
      throws Exception {
    TestPilots pilots = new TestPilots(tokens);
    JobDefined running = define(pilots);
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    assertThat(held.job()).isEqualTo(running.job());
    pilot.reportStart(held);
    JobDefined ahead = define(pilots);
    JobDefined last = define(pilots);
    JsonNode unknown = explain(last);
    assertThat(unknown.path("expected_start").isNull()).isTrue();
    assertThat(unknown.path("expected_start_reason").asText()).contains("not known yet");

    RunTimeSample tenSeconds = new RunTimeSample(type, pilots.site, 2, 20, 200);
    outbox.transact(tx -> runTimes.learn(tx, List.of(tenSeconds))).await().atMost(LONG);
    JsonNode known = explain(last);
    assertThat(known.path("place").asInt()).isGreaterThan(explain(ahead).path("place").asInt());
    Instant expected = Instant.parse(known.path("expected_start").asText());
    assertThat(expected).isBetween(Instant.now().plusSeconds(14), Instant.now().plusSeconds(21));
    assertThat(known.path("expected_start").asText()).matches(".*T.*\\.\\d{3}Z");
    assertThat(known.path("rules").path(0).path("rule").asText()).isEqualTo("pilot-waits");
    assertThat(explain(running).path("rules").path(0).path("why").asText())
        .matches("Pilot .* holds it since .*\\.\\d{3}Z\\.");
  }

  @Test
  void a_retry_is_held_back_until_its_time_has_come() throws Exception {
    TestPilots pilots = new TestPilots(tokens);
    Instant due = JobDefinitions.now().plusSeconds(3);
    JobDefined retry = JobDefinitions.retry(pilots.site, type, due);
    outbox.transact(tx -> queue.define(tx, List.of(retry), FairShare.NONE)).await().atMost(LONG);
    Pilot pilot = pilots.pilot();
    var answer = pilot.requestJob("20s");
    JsonNode why = explain(retry);
    assertThat(why.path("rules").path(0).path("rule").asText()).isEqualTo("backoff-over");
    assertThat(Instant.parse(why.path("expected_start").asText())).isEqualTo(due);
    assertThat(TestPilots.now(answer).job()).isEqualTo(retry.job());
    assertThat(Instant.now()).isAfterOrEqualTo(due);
  }

  @Test
  void a_place_behind_more_than_ten_thousand_jobs_is_not_counted() throws Exception {
    TestPilots pilots = new TestPilots(tokens);
    JobDefined job = define(pilots);
    pool.preparedQuery(
            """
            INSERT INTO job (uuid, lane, state, name, jobtype, payload, env, priority, timelimit,
              attempt, maxattempts, site, requirements, outputs, optional, ts_def)
            SELECT gen_random_uuid(), j.lane, 'defined', 'n', j.jobtype, '/bin/true', '{}', 1, 100,
              1, 1, j.site, '{}', '[]', false, now()
            FROM job j, generate_series(1, 10500) WHERE j.uuid = $1
            """)
        .execute(Tuple.of(job.job()))
        .await()
        .atMost(LONG);
    try {
      JsonNode why = explain(job);
      assertThat(why.path("place").isNull()).isTrue();
      assertThat(why.path("place_more_than").asInt()).isEqualTo(10_000);
      JsonNode view = TestPilots.get("/jobs/" + job.job(), TestPilots.token("viewer")).body();
      assertThat(view.path("place_more_than").asInt()).isEqualTo(10_000);
    } finally {
      pool.preparedQuery("DELETE FROM job WHERE jobtype = $1")
          .execute(Tuple.of(type))
          .await()
          .atMost(LONG);
    }
  }

  @Test
  void a_short_lived_pilot_gets_a_job_once_such_jobs_are_known_to_be_short() throws Exception {
    TestPilots pilots = new TestPilots(tokens);
    Map<String, Object> fewSeconds = Map.of("remaining_s", 20);
    JobDefined job = define(pilots);
    Pilot dying = pilots.pilot();
    assertThat(TestPilots.now(dying.requestJob("0.3s", UUID.randomUUID(), fewSeconds)).status())
        .isEqualTo(204);
    var poll = dying.requestJob("30s", UUID.randomUUID(), fewSeconds);
    await()
        .atMost(LONG)
        .until(
            () ->
                explain(job)
                    .path("rules")
                    .path(0)
                    .path("rule")
                    .asText()
                    .equals("within-pilot-lifetime"));
    assertThat(poll).isNotDone();
    Pilot endless = pilots.pilot();
    for (int i = 0; i < RunTimeEstimate.ENOUGH_SAMPLES; i++) {
      define(pilots);
      Answer held = endless.awaitJob();
      endless.reportStart(held);
      assertThat(endless.reportFinish(held, Map.of()).status()).isEqualTo(200);
    }
    assertThat(TestPilots.now(poll).status()).isEqualTo(200);
  }

  @Test
  void a_finish_report_of_a_pilot_that_ends_soon_gets_no_long_job() {
    TestPilots pilots = new TestPilots(tokens);
    define(pilots);
    JobDefined next = define(pilots);
    Pilot pilot = pilots.pilot();
    Answer held = pilot.awaitJob();
    Map<String, Object> nextJob =
        Map.of("next", Map.of("request", UUID.randomUUID(), "wait_s", 0, "remaining_s", 50));
    assertThat(pilot.reportFinish(held, nextJob).body().path("next").isNull()).isTrue();
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(next.job());
  }
}
