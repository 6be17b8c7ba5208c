package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.TestPilots.Pilot;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The order and the rules by which jobs go to pilots, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class QueueOrderIT extends BrokerTestBase {

  @Test
  void higher_priority_goes_first_then_the_nearest_deadline_then_the_oldest() {
    Instant now = JobDefinitions.now();
    List<JobDefined> best =
        List.of(
            job(5, null, now.minusSeconds(1)),
            job(1, now.plusSeconds(600), now),
            job(1, now.plusSeconds(900), now.minusSeconds(9)),
            job(1, null, now.minusSeconds(7)),
            job(1, null, now.minusSeconds(3)),
            job(-1, now.plusSeconds(60), now.minusSeconds(99)));
    List<JobDefined> shuffled = new ArrayList<>(best);
    java.util.Collections.shuffle(shuffled, new java.util.Random(4));
    shuffled.forEach(events::send);
    best.forEach(job -> awaitState(job.job(), "defined"));
    List<UUID> got = new ArrayList<>();
    for (int i = 0; i < best.size(); i++) {
      got.add(pilots.pilot().awaitJob().job());
    }
    assertThat(got).isEqualTo(best.stream().map(JobDefined::job).toList());
  }

  @Test
  void a_job_with_a_raised_priority_goes_first() {
    JobDefined first = define();
    JobDefined second = define();
    events.send(new JobAdjusted(second.job(), null, 9, "jane", JobDefinitions.now()));
    await()
        .atMost(LONG)
        .until(
            () ->
                rows("SELECT 1 FROM job WHERE uuid = $1 AND priority = 9", Tuple.of(second.job()))
                    .iterator()
                    .hasNext());
    awaitState(first.job(), "defined");
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(second.job());
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(first.job());
  }

  @Test
  void a_job_goes_to_a_pilot_with_the_required_labels() {
    JobDefined picky =
        JobDefinitions.job(
            Ids.next(), pilots.site, "t", 9, null, JobDefinitions.now(), Map.of("gpu", "a100"));
    JobDefined plain = JobDefinitions.at(pilots.site);
    events.send(picky, plain);
    awaitState(picky.job(), "defined");
    awaitState(plain.job(), "defined");
    assertThat(pilots.pilot().awaitJob().job()).isEqualTo(plain.job());
    Answer fits =
        TestPilots.now(
            pilots
                .pilot()
                .requestJob(
                    "20s",
                    UUID.randomUUID(),
                    Map.of("labels", Map.of("gpu", "a100", "os", "el9"))));
    assertThat(fits.job()).isEqualTo(picky.job());
  }

  @Test
  void a_limit_of_zero_pauses_a_type_and_explain_says_so() throws Exception {
    String type = "paused-" + UUID.randomUUID();
    String path = "/jobtypes/" + type;
    assertThat(TestPilots.put(path, TestPilots.token("viewer"), "{\"limit_running\": 0}").status())
        .isEqualTo(403);
    assertThat(
            TestPilots.put(path, TestPilots.token("operator"), "{\"limit_running\": 0}").status())
        .isEqualTo(200);
    JobDefined job = JobDefinitions.ofType(pilots.site, type);
    events.send(job);
    awaitState(job.job(), "defined");
    CompletableFuture<Answer> poll = pilots.pilot().requestJob("30s");
    awaitPendingPoll(true);
    Answer why = TestPilots.get("/jobs/" + job.job() + "/explain", TestPilots.token("viewer"));
    assertThat(why.body().path("place").asInt()).isPositive();
    assertThat(why.body().path("expected_start").isNull()).isTrue();
    assertThat(why.body().path("expected_start_reason").asText()).contains("paused");
    assertThat(why.body().path("rules").path(0).path("rule").asText())
        .isEqualTo("under-type-limit");
    List<String> failing = new ArrayList<>();
    why.body()
        .path("rules")
        .forEach(
            rule -> {
              if (!rule.path("passes").asBoolean()) {
                failing.add(rule.path("rule").asText());
              }
            });
    assertThat(failing).containsExactly("under-type-limit");
    assertThat(poll).isNotDone();
    Answer lifted = TestPilots.put(path, TestPilots.token("operator"), "{\"limit_running\": null}");
    assertThat(lifted.body().path("limit_running").isNull()).isTrue();
    assertThat(TestPilots.now(poll).job()).isEqualTo(job.job());
    assertThat(
            TestPilots.put(path, TestPilots.token("operator"), "{\"limit_running\": -1}").status())
        .isEqualTo(422);
  }

  @Test
  void a_limit_of_one_lets_the_second_start_when_the_first_has_ended() throws Exception {
    String type = "one-" + UUID.randomUUID();
    TestPilots.put("/jobtypes/" + type, TestPilots.token("operator"), "{\"limit_running\": 1}");
    Pilot a = pilots.pilot();
    Pilot b = pilots.pilot();
    CompletableFuture<Answer> pollA = a.requestJob("30s");
    awaitPendingPoll(true);
    CompletableFuture<Answer> pollB = b.requestJob("30s");
    events.send(JobDefinitions.ofType(pilots.site, type), JobDefinitions.ofType(pilots.site, type));
    CompletableFuture.anyOf(pollA, pollB).get();
    boolean aFirst = pollA.isDone();
    Pilot first = aFirst ? a : b;
    Answer held = TestPilots.now(aFirst ? pollA : pollB);
    CompletableFuture<Answer> second = aFirst ? pollB : pollA;
    first.reportStart(held);
    assertThat(second).isNotDone();
    first.reportFinish(held, Map.of());
    assertThat(TestPilots.now(second).status()).isEqualTo(200);
  }
}
