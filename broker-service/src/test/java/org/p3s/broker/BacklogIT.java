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
import org.p3s.broker.Fleet.Answer;
import org.p3s.broker.app.Limits;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.app.Views;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Shedding;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobEnd;
import org.p3s.contracts.JobFinished;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Backlog limits of job types, from the API to the queue and to what is said. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class BacklogIT extends Stage {

  @Inject QueueStore queue;
  @Inject Limits limits;
  @Inject Views views;
  @Inject Outbox outbox;

  private final String type = "backlog-" + UUID.randomUUID();
  private final String site = "nowhere-" + UUID.randomUUID();

  private Answer put(String body) throws Exception {
    return Fleet.put("/jobtypes/" + type, Fleet.token("operator"), body);
  }

  private List<JobDefined> jobs(int n) {
    Instant now = Jobs.now();
    return IntStream.range(0, n)
        .mapToObj(
            i -> Jobs.job(Ids.next(), site, type, 0, null, now.minusSeconds(100 - i), Map.of()))
        .toList();
  }

  private static void tell(List<JobDefined> jobs) {
    said.tell(jobs.toArray(JobDefined[]::new));
  }

  private Set<UUID> waiting() {
    Set<UUID> waiting =
        views.list("defined", null, 1_000_000).await().atMost(LONG).stream()
            .filter(job -> job.jobtype().equals(type))
            .map(Views.JobView::uuid)
            .collect(Collectors.toSet());
    return waiting;
  }

  private static Set<UUID> uuids(List<JobDefined> jobs) {
    return jobs.stream().map(JobDefined::job).collect(Collectors.toSet());
  }

  @Test
  void what_waits_over_the_limit_is_dropped_oldest_first_with_its_reason() throws Exception {
    assertThat(put("{\"limit_backlog\": 3}").status()).isEqualTo(200);
    List<JobDefined> all = jobs(8);
    tell(all);
    String reason = "backlog of " + type + " over 3, oldest dropped";
    for (JobDefined old : all.subList(0, 5)) {
      JobFinished end = said.end(old.job());
      assertThat(end.state()).isEqualTo(JobEnd.DROPPED);
      assertThat(end.reason()).isEqualTo(reason);
    }
    assertThat(waiting()).isEqualTo(uuids(all.subList(5, 8)));
    UUID dropped = all.get(0).job();
    assertThat(Fleet.get("/jobs/" + dropped, Fleet.token("viewer")).body().path("reason").asText())
        .isEqualTo(reason);
    assertThat(
            Fleet.get("/jobs/" + dropped + "/explain", Fleet.token("viewer"))
                .body()
                .path("rules")
                .toString())
        .contains(reason);
    await()
        .atMost(LONG)
        .until(
            () ->
                Fleet.text("/q/metrics", Fleet.token("viewer"))
                    .lines()
                    .anyMatch(
                        line ->
                            line.startsWith("p3s_jobs_dropped_total{reason=\"backlog\"")
                                && !line.endsWith(" 0.0")));
  }

  @Test
  void a_limit_that_is_set_counts_at_once_for_what_waits() throws Exception {
    List<JobDefined> all = jobs(6);
    tell(all);
    await().atMost(LONG).until(() -> waiting().size() == 6);
    Answer set = put("{\"limit_backlog\": 2, \"drop\": \"newest\"}");
    assertThat(set.body().path("waiting").asInt()).isEqualTo(2);
    assertThat(waiting()).isEqualTo(uuids(all.subList(0, 2)));
  }

  @Test
  void what_a_pilot_takes_at_once_is_no_backlog() throws Exception {
    Fleet fleet = new Fleet(tokens);
    put("{\"limit_backlog\": 0}");
    CompletableFuture<Answer> poll = fleet.pilot().asks("20s");
    await()
        .atMost(LONG)
        .until(() -> dispatcher.kinds().stream().anyMatch(kind -> kind.site().equals(fleet.site)));
    JobDefined job = Jobs.ofType(fleet.site, type);
    said.tell(job);
    assertThat(Fleet.now(poll).job()).isEqualTo(job.job());
    JobDefined next = Jobs.ofType(fleet.site, type);
    said.tell(next);
    assertThat(said.end(next.job()).state()).isEqualTo(JobEnd.DROPPED);
  }

  @Test
  void a_job_that_comes_back_over_the_limit_is_left_to_the_sweep() throws Exception {
    put("{\"limit_backlog\": 1}");
    Fleet fleet = new Fleet(tokens);
    JobDefined first = Jobs.ofType(fleet.site, type);
    said.tell(first);
    Answer held = fleet.pilot().gets();
    assertThat(held.job()).isEqualTo(first.job());
    JobDefined second = Jobs.ofType(site, type);
    said.tell(second);
    // Nobody confirms the first: it waits again beside the second.
    assertThat(said.end(first.job()).state()).isEqualTo(JobEnd.DROPPED);
    assertThat(waiting()).containsExactly(second.job());
  }

  @Test
  void fields_that_are_not_given_stay_and_null_lifts() throws Exception {
    put("{\"limit_running\": 4}");
    put("{\"limit_backlog\": 9, \"drop\": \"sample\"}");
    Answer all = Fleet.get("/jobtypes?limit=1000", Fleet.token("viewer"));
    assertThat(all.body().toString())
        .contains(
            "\"name\":\"" + type + "\"",
            "\"limit_running\":4,\"limit_backlog\":9,\"drop\":\"sample\"");
    Answer lifted = put("{\"limit_backlog\": null}");
    assertThat(lifted.body().path("limit_backlog").isNull()).isTrue();
    assertThat(lifted.body().path("limit_running").asInt()).isEqualTo(4);
    assertThat(lifted.body().path("drop").asText()).isEqualTo("sample");
    tell(jobs(12));
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

  /** Random backlogs: what is locked as excess is what the rule says, in its order. */
  @Test
  void the_statement_and_the_rule_agree() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      String its = type + seed;
      Shedding rule = Shedding.values()[seed % 3];
      int limit = random.nextInt(20);
      List<Shedding.Waiting> waiting = new ArrayList<>();
      List<JobDefined> defined = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        JobDefined job =
            Jobs.reading(
                random.nextInt(4) == 0,
                random.nextBoolean() ? "/data/" + random.nextInt(40) : null,
                random.nextBoolean() ? site : site + "-2",
                its,
                random.nextInt(3),
                Jobs.now().minusSeconds(random.nextInt(1000)));
        defined.add(job);
        waiting.add(
            new Shedding.Waiting(
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
                                      .execute(Tuple.of(its, limit, rule.text())))
                          .chain(() -> limits.lockExcess(tx, List.of(its), 1000, true))
                          .map(excess -> excess.stream().map(e -> e.job().uuid()).toList()))
              .await()
              .atMost(LONG);
      assertThat(locked)
          .as("seed %d, %s, limit %d", seed, rule, limit)
          .isEqualTo(rule.excess(waiting, limit).stream().map(Shedding.Waiting::uuid).toList());
    }
  }

  @Test
  void two_replicas_that_shed_at_once_drop_the_excess_once() {
    limits.set(type, new Limits.Change(null, new Limits.Limit(40), null)).await().atMost(LONG);
    outbox.transact(tx -> queue.define(tx, jobs(100), FairShare.NONE)).await().atMost(LONG);
    Uni<Integer> one =
        outbox.transact(tx -> limits.lockExcess(tx, List.of(type), 1000, true).map(List::size));
    List<Integer> counts = Uni.join().all(one, one, one, one).andFailFast().await().atMost(LONG);
    assertThat(counts).allMatch(count -> count == 60 || count == 0);
    await().atMost(LONG).until(() -> waiting().size() == 40);
  }
}
