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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.Fleet.Pilot;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Who gets which job first, and who none, over real HTTP, Kafka and PostgreSQL. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class OrderIT extends Stage {

  @Test
  void higher_priority_goes_first_then_the_nearest_deadline_then_the_oldest() {
    Instant now = Jobs.now();
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
    shuffled.forEach(said::tell);
    best.forEach(job -> awaitState(job.job(), "defined"));
    List<UUID> got = new ArrayList<>();
    for (int i = 0; i < best.size(); i++) {
      got.add(fleet.pilot().gets().job());
    }
    assertThat(got).isEqualTo(best.stream().map(JobDefined::job).toList());
  }

  @Test
  void an_adjusted_priority_counts() {
    JobDefined first = define();
    JobDefined second = define();
    said.tell(new JobAdjusted(second.job(), null, 9, "jane", Jobs.now()));
    await()
        .atMost(LONG)
        .until(
            () ->
                rows("SELECT 1 FROM job WHERE uuid = $1 AND priority = 9", Tuple.of(second.job()))
                    .iterator()
                    .hasNext());
    awaitState(first.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(second.job());
    assertThat(fleet.pilot().gets().job()).isEqualTo(first.job());
  }

  @Test
  void labels_decide_who_gets_a_job() {
    JobDefined picky =
        Jobs.job(Ids.next(), fleet.site, "t", 9, null, Jobs.now(), Map.of("gpu", "a100"));
    JobDefined plain = Jobs.at(fleet.site);
    said.tell(picky, plain);
    awaitState(picky.job(), "defined");
    awaitState(plain.job(), "defined");
    assertThat(fleet.pilot().gets().job()).isEqualTo(plain.job());
    Answer fits =
        Fleet.now(
            fleet
                .pilot()
                .asks(
                    "20s",
                    UUID.randomUUID(),
                    Map.of("labels", Map.of("gpu", "a100", "os", "el9"))));
    assertThat(fits.job()).isEqualTo(picky.job());
  }

  @Test
  void a_limit_of_zero_pauses_a_type_and_explain_says_so() throws Exception {
    String type = "paused-" + UUID.randomUUID();
    String path = "/jobtypes/" + type;
    assertThat(Fleet.put(path, Fleet.token("viewer"), "{\"limit_running\": 0}").status())
        .isEqualTo(403);
    assertThat(Fleet.put(path, Fleet.token("operator"), "{\"limit_running\": 0}").status())
        .isEqualTo(200);
    JobDefined job = Jobs.ofType(fleet.site, type);
    said.tell(job);
    awaitState(job.job(), "defined");
    CompletableFuture<Answer> poll = fleet.pilot().asks("30s");
    awaitParked(true);
    Answer why = Fleet.get("/jobs/" + job.job() + "/explain", Fleet.token("viewer"));
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
    Answer lifted = Fleet.put(path, Fleet.token("operator"), "{\"limit_running\": null}");
    assertThat(lifted.body().path("limit_running").isNull()).isTrue();
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
    assertThat(Fleet.put(path, Fleet.token("operator"), "{\"limit_running\": -1}").status())
        .isEqualTo(422);
  }

  @Test
  void a_limit_of_one_lets_the_second_start_when_the_first_has_ended() throws Exception {
    String type = "one-" + UUID.randomUUID();
    Fleet.put("/jobtypes/" + type, Fleet.token("operator"), "{\"limit_running\": 1}");
    Pilot a = fleet.pilot();
    Pilot b = fleet.pilot();
    CompletableFuture<Answer> pollA = a.asks("30s");
    awaitParked(true);
    CompletableFuture<Answer> pollB = b.asks("30s");
    said.tell(Jobs.ofType(fleet.site, type), Jobs.ofType(fleet.site, type));
    CompletableFuture.anyOf(pollA, pollB).get();
    boolean aFirst = pollA.isDone();
    Pilot first = aFirst ? a : b;
    Answer held = Fleet.now(aFirst ? pollA : pollB);
    CompletableFuture<Answer> second = aFirst ? pollB : pollA;
    first.starts(held);
    assertThat(second).isNotDone();
    first.finishes(held, Map.of());
    assertThat(Fleet.now(second).status()).isEqualTo(200);
  }
}
