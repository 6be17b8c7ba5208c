package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p3s.broker.TestPilots.Answer;
import org.p3s.broker.app.JobQueries;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.JobView;
import org.p3s.broker.app.JobtypeLimits;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.SheddingOrder;
import org.p3s.broker.domain.SheddingRule;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Backlog limits of job types, from the API to the events. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class BacklogIT extends BrokerTestBase {

  @Inject JobQueue queue;
  @Inject JobtypeLimits limits;
  @Inject JobQueries jobQueries;
  @Inject Outbox outbox;

  private final String type = "backlog-" + UUID.randomUUID();
  private final String site = "nowhere-" + UUID.randomUUID();

  private Answer put(String body) throws Exception {
    return TestPilots.put("/jobtypes/" + type, TestPilots.token("operator"), body);
  }

  private List<JobDefined> jobs(int n) {
    Instant now = JobDefinitions.now();
    return IntStream.range(0, n)
        .mapToObj(
            i ->
                JobDefinitions.job(
                    Ids.next(), site, type, 0, null, now.minusSeconds(100 - i), Map.of()))
        .toList();
  }

  private static void send(List<JobDefined> jobs) {
    events.send(jobs.toArray(JobDefined[]::new));
  }

  private Set<UUID> waiting() {
    Set<UUID> waiting =
        jobQueries.list("defined", null, 1_000_000).await().atMost(LONG).stream()
            .filter(job -> job.jobtype().equals(type))
            .map(JobView::uuid)
            .collect(Collectors.toSet());
    return waiting;
  }

  private static Set<UUID> uuids(List<JobDefined> jobs) {
    return jobs.stream().map(JobDefined::job).collect(Collectors.toSet());
  }

  @Test
  void jobs_over_the_limit_are_dropped_oldest_first_with_a_reason() throws Exception {
    assertThat(put("{\"limit_backlog\": 3}").status()).isEqualTo(200);
    List<JobDefined> all = jobs(8);
    send(all);
    String reason = "backlog of " + type + " over 3, oldest dropped";
    for (JobDefined old : all.subList(0, 5)) {
      JobFinished end = events.end(old.job());
      assertThat(end.state()).isEqualTo(JobEnd.DROPPED);
      assertThat(end.reason()).isEqualTo(reason);
    }
    assertThat(waiting()).isEqualTo(uuids(all.subList(5, 8)));
    UUID dropped = all.get(0).job();
    assertThat(
            TestPilots.get("/jobs/" + dropped, TestPilots.token("viewer"))
                .body()
                .path("reason")
                .asText())
        .isEqualTo(reason);
    assertThat(
            TestPilots.get("/jobs/" + dropped + "/explain", TestPilots.token("viewer"))
                .body()
                .path("rules")
                .toString())
        .contains(reason);
    await()
        .atMost(LONG)
        .until(
            () ->
                TestPilots.text("/q/metrics", TestPilots.token("viewer"))
                    .lines()
                    .anyMatch(
                        line ->
                            line.startsWith("p3s_jobs_dropped_total{reason=\"backlog\"")
                                && !line.endsWith(" 0.0")));
  }

  @Test
  void a_new_limit_applies_at_once_to_waiting_jobs() throws Exception {
    List<JobDefined> all = jobs(6);
    send(all);
    await().atMost(LONG).until(() -> waiting().size() == 6);
    Answer set = put("{\"limit_backlog\": 2, \"drop\": \"newest\"}");
    assertThat(set.body().path("waiting").asInt()).isEqualTo(2);
    assertThat(waiting()).isEqualTo(uuids(all.subList(0, 2)));
  }

  @Test
  void a_job_that_a_pilot_takes_at_once_is_no_backlog() throws Exception {
    TestPilots pilots = new TestPilots(tokens);
    put("{\"limit_backlog\": 0}");
    CompletableFuture<Answer> poll = pilots.pilot().requestJob("20s");
    await()
        .atMost(LONG)
        .until(
            () ->
                dispatcher.waitingKinds().stream()
                    .anyMatch(kind -> kind.site().equals(pilots.site)));
    JobDefined job = JobDefinitions.ofType(pilots.site, type);
    events.send(job);
    assertThat(TestPilots.now(poll).job()).isEqualTo(job.job());
    JobDefined next = JobDefinitions.ofType(pilots.site, type);
    events.send(next);
    assertThat(events.end(next.job()).state()).isEqualTo(JobEnd.DROPPED);
  }

  @Test
  void a_requeued_job_over_the_limit_is_dropped_by_the_sweep() throws Exception {
    put("{\"limit_backlog\": 1}");
    TestPilots pilots = new TestPilots(tokens);
    JobDefined first = JobDefinitions.ofType(pilots.site, type);
    events.send(first);
    Answer held = pilots.pilot().awaitJob();
    assertThat(held.job()).isEqualTo(first.job());
    JobDefined second = JobDefinitions.ofType(site, type);
    events.send(second);
    // The first job is not confirmed, so it is requeued, and then two jobs wait.
    assertThat(events.end(first.job()).state()).isEqualTo(JobEnd.DROPPED);
    assertThat(waiting()).containsExactly(second.job());
  }

  @Test
  void fields_that_are_not_given_stay_and_null_removes_a_limit() throws Exception {
    put("{\"limit_running\": 4}");
    put("{\"limit_backlog\": 9, \"drop\": \"sample\"}");
    Answer all = TestPilots.get("/jobtypes?limit=1000", TestPilots.token("viewer"));
    assertThat(all.body().toString())
        .contains(
            "\"name\":\"" + type + "\"",
            "\"limit_running\":4,\"limit_backlog\":9,\"drop\":\"sample\"");
    Answer lifted = put("{\"limit_backlog\": null}");
    assertThat(lifted.body().path("limit_backlog").isNull()).isTrue();
    assertThat(lifted.body().path("limit_running").asInt()).isEqualTo(4);
    assertThat(lifted.body().path("drop").asText()).isEqualTo("sample");
    send(jobs(12));
    await().atMost(LONG).until(() -> waiting().size() == 12);
  }

  @Test
  void a_wrong_limit_is_named() throws Exception {
    assertThat(pointer(put("{\"limit_backlog\": -1}"))).isEqualTo("/limit_backlog");
    assertThat(pointer(put("{\"limit_running\": \"four\"}"))).isEqualTo("/limit_running");
    assertThat(pointer(put("{\"drop\": \"random\"}"))).isEqualTo("/drop");
    assertThat(put("{}").status()).isEqualTo(422);
  }

  private static String pointer(Answer refused) {
    assertThat(refused.status()).isEqualTo(422);
    return refused.body().path("errors").path(0).path("pointer").asText();
  }

  /** Random backlogs: the locked excess is what the rule drops, in its order. */
  @Test
  void shedding_in_sql_agrees_with_the_order_of_the_rules() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      String ofSeed = type + seed;
      SheddingRule rule = SheddingRule.values()[seed % 3];
      int limit = random.nextInt(20);
      List<SheddingOrder.WaitingJob> waiting = new ArrayList<>();
      List<JobDefined> defined = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        JobDefined job =
            JobDefinitions.builder(random.nextBoolean() ? site : site + "-2", ofSeed)
                .optional(random.nextInt(4) == 0)
                .infile(random.nextBoolean() ? "/data/" + random.nextInt(40) : null)
                .priority(random.nextInt(3))
                .definedAt(JobDefinitions.now().minusSeconds(random.nextInt(1000)))
                .build();
        defined.add(job);
        waiting.add(
            new SheddingOrder.WaitingJob(
                job.job(), job.optional(), job.priority(), job.definedAt(), job.infile()));
      }
      List<UUID> locked =
          outbox
              .transact(
                  tx ->
                      queue
                          .define(tx, defined, FairShare.NONE)
                          .chain(
                              () ->
                                  tx.sql()
                                      .preparedQuery(
                                          "INSERT INTO jobtype VALUES ($1, NULL, $2, $3)")
                                      .execute(Tuple.of(ofSeed, limit, rule.text())))
                          .chain(() -> limits.lockExcess(tx, List.of(ofSeed), 1000, true))
                          .map(excess -> excess.stream().map(e -> e.job().uuid()).toList()))
              .await()
              .atMost(LONG);
      assertThat(locked)
          .as("seed %d, %s, limit %d", seed, rule, limit)
          .isEqualTo(
              SheddingOrder.excess(rule, waiting, limit).stream()
                  .map(SheddingOrder.WaitingJob::uuid)
                  .toList());
    }
  }

  @Test
  void concurrent_shedding_drops_the_excess_once() {
    limits
        .set(type, new JobtypeLimits.Change(null, new JobtypeLimits.Limit(40), null))
        .await()
        .atMost(LONG);
    outbox.transact(tx -> queue.define(tx, jobs(100), FairShare.NONE)).await().atMost(LONG);
    Uni<Integer> one =
        outbox.transact(tx -> limits.lockExcess(tx, List.of(type), 1000, true).map(List::size));
    List<Integer> counts = Uni.join().all(one, one, one, one).andFailFast().await().atMost(LONG);
    assertThat(counts).allMatch(count -> count == 60 || count == 0);
    await().atMost(LONG).until(() -> waiting().size() == 40);
  }
}
