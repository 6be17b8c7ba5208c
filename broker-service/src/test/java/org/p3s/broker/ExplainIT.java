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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.RunTime;
import org.p3s.contracts.JobDefined;
import org.p3s.pilotidentity.PilotTokens;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Where a job is in the queue, when it may start, and which pilots live long enough for it. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ExplainIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject QueueStore queue;
  @Inject RunTimeStore runTimes;
  @Inject Outbox outbox;
  @Inject Pool pool;
  @Inject PilotTokens tokens;

  private final String type = "explained-" + UUID.randomUUID();

  private static JsonNode explain(JobDefined job) throws Exception {
    return Fleet.get("/jobs/" + job.job() + "/explain", Fleet.token("viewer")).body();
  }

  private JobDefined define(Fleet fleet) {
    JobDefined job = Jobs.ofType(fleet.site, type);
    outbox.transact(tx -> queue.define(tx, List.of(job), FairShare.NONE)).await().atMost(LONG);
    return job;
  }

  @Test
  void the_expected_start_comes_from_what_pilots_that_fit_hold_and_what_is_ahead()
      throws Exception {
    Fleet fleet = new Fleet(tokens);
    JobDefined running = define(fleet);
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    assertThat(held.job()).isEqualTo(running.job());
    pilot.starts(held);
    JobDefined ahead = define(fleet);
    JobDefined last = define(fleet);
    JsonNode unknown = explain(last);
    assertThat(unknown.path("expected_start").isNull()).isTrue();
    assertThat(unknown.path("expected_start_reason").asText()).contains("not known yet");

    RunTime.Sample tenSeconds = new RunTime.Sample(type, fleet.site, 2, 20, 200);
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
    Fleet fleet = new Fleet(tokens);
    Instant due = Jobs.now().plusSeconds(3);
    JobDefined retry = Jobs.retry(fleet.site, type, due);
    outbox.transact(tx -> queue.define(tx, List.of(retry), FairShare.NONE)).await().atMost(LONG);
    Pilot pilot = fleet.pilot();
    var answer = pilot.asks("20s");
    JsonNode why = explain(retry);
    assertThat(why.path("rules").path(0).path("rule").asText()).isEqualTo("backoff-over");
    assertThat(Instant.parse(why.path("expected_start").asText())).isEqualTo(due);
    assertThat(Fleet.now(answer).job()).isEqualTo(retry.job());
    assertThat(Instant.now()).isAfterOrEqualTo(due);
  }

  @Test
  void a_place_behind_more_than_ten_thousand_is_not_counted_out() throws Exception {
    Fleet fleet = new Fleet(tokens);
    JobDefined job = define(fleet);
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
      JsonNode view = Fleet.get("/jobs/" + job.job(), Fleet.token("viewer")).body();
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
    Fleet fleet = new Fleet(tokens);
    Map<String, Object> fewSeconds = Map.of("remaining_s", 20);
    JobDefined job = define(fleet);
    Pilot dying = fleet.pilot();
    assertThat(Fleet.now(dying.asks("0.3s", UUID.randomUUID(), fewSeconds)).status())
        .isEqualTo(204);
    var poll = dying.asks("30s", UUID.randomUUID(), fewSeconds);
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
    Pilot endless = fleet.pilot();
    for (int i = 0; i < RunTime.ENOUGH; i++) {
      define(fleet);
      Answer held = endless.gets();
      endless.starts(held);
      assertThat(endless.finishes(held, Map.of()).status()).isEqualTo(200);
    }
    assertThat(Fleet.now(poll).status()).isEqualTo(200);
  }

  @Test
  void a_finish_report_with_little_life_left_brings_no_long_job() {
    Fleet fleet = new Fleet(tokens);
    define(fleet);
    JobDefined next = define(fleet);
    Pilot pilot = fleet.pilot();
    Answer held = pilot.gets();
    Map<String, Object> wish =
        Map.of("next", Map.of("request", UUID.randomUUID(), "wait_s", 0, "remaining_s", 50));
    assertThat(pilot.finishes(held, wish).body().path("next").isNull()).isTrue();
    assertThat(fleet.pilot().gets().job()).isEqualTo(next.job());
  }
}
