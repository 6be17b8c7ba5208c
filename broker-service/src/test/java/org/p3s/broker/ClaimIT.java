package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.ClaimResult;
import org.p3s.broker.app.ClaimStore;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.JobtypeLimits;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/**
 * The claim in SQL: its order, and concurrent claims. {@link ClaimMatchesRulesIT} has its rules.
 */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ClaimIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject ClaimStore claims;
  @Inject JobQueue queue;
  @Inject JobtypeLimits limits;
  @Inject Outbox outbox;
  @Inject Pool pool;

  private static SlotRequest request(String site, Map<String, String> labels) {
    return request(site, labels, null);
  }

  private static SlotRequest request(
      String site, Map<String, String> labels, @Nullable Instant until) {
    return new SlotRequest(Ids.next(), 0, UUID.randomUUID(), site, labels, until);
  }

  private Uni<List<ClaimResult>> claim(List<SlotRequest> requests) {
    return claim(requests, JobDefinitions.now());
  }

  private Uni<List<ClaimResult>> claim(List<SlotRequest> requests, Instant now) {
    return outbox.transact(
        tx -> claims.claim(tx, requests, FairShare.NONE, now, now.plusSeconds(600)));
  }

  private int define(List<JobDefined> jobs) {
    return outbox
        .transact(tx -> queue.define(tx, jobs, FairShare.NONE))
        .await()
        .atMost(LONG)
        .jobs();
  }

  private static JobtypeLimits.Change running(int limit) {
    return new JobtypeLimits.Change(new JobtypeLimits.Limit(limit), null, null);
  }

  @Test
  void concurrent_claims_give_out_each_job_exactly_once() {
    String site = "crowd-" + UUID.randomUUID();
    int n = 1_200;
    List<JobDefined> jobs = IntStream.range(0, n).mapToObj(i -> JobDefinitions.at(site)).toList();
    assertThat(define(jobs)).isEqualTo(n);
    List<Uni<List<UUID>>> claimers =
        IntStream.range(0, 6).mapToObj(i -> claimUntilEmpty(site, new ArrayList<>())).toList();
    List<List<UUID>> got = Uni.join().all(claimers).andFailFast().await().atMost(LONG);
    List<UUID> all = got.stream().flatMap(List::stream).toList();
    assertThat(all).doesNotHaveDuplicates().hasSize(n);
  }

  private Uni<List<UUID>> claimUntilEmpty(String site, List<UUID> got) {
    List<SlotRequest> requests =
        IntStream.range(0, 16).mapToObj(i -> request(site, Map.of())).toList();
    return claim(requests)
        .flatMap(
            results -> {
              results.forEach(result -> got.add(Objects.requireNonNull(result.job()).job()));
              return results.isEmpty() ? Uni.createFrom().item(got) : claimUntilEmpty(site, got);
            });
  }

  @Test
  void a_limit_is_exact_with_concurrent_claims() {
    String site = "limit-" + UUID.randomUUID();
    String type = "limited-" + site;
    limits.set(type, running(5)).await().atMost(LONG);
    define(IntStream.range(0, 50).mapToObj(i -> JobDefinitions.ofType(site, type)).toList());
    List<Uni<List<UUID>>> claimers =
        IntStream.range(0, 6).mapToObj(i -> claimUntilEmpty(site, new ArrayList<>())).toList();
    List<List<UUID>> got = Uni.join().all(claimers).andFailFast().await().atMost(LONG);
    assertThat(got.stream().mapToInt(List::size).sum()).isEqualTo(5);
  }

  @Test
  void concurrent_claims_for_one_slot_give_it_one_job() {
    String site = "slot-" + UUID.randomUUID();
    define(IntStream.range(0, 40).mapToObj(i -> JobDefinitions.at(site)).toList());
    List<SlotRequest> same = List.of(request(site, Map.of()), request(site, Map.of()));
    List<Uni<Object>> claims =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    claim(same)
                        .<Object>map(results -> results)
                        .onFailure()
                        .recoverWithItem(failure -> failure))
            .toList();
    Uni.join().all(claims).andFailFast().await().atMost(LONG);
    List<ClaimResult> after = claim(same).await().atMost(LONG);
    assertThat(after)
        .extracting(ClaimResult::kind)
        .containsOnly(ClaimResult.Kind.ALREADY_HELD)
        .hasSize(2);
    long held =
        pool.preparedQuery("SELECT count(*) FROM job WHERE pilot = ANY($1::uuid[])")
            .execute(
                Tuple.tuple().addValue(same.stream().map(SlotRequest::pilot).toArray(UUID[]::new)))
            .await()
            .atMost(LONG)
            .iterator()
            .next()
            .getLong(0);
    assertThat(held).isEqualTo(2);
  }

  /** Some lanes have many of the best jobs, others few. */
  @Test
  void a_claim_takes_the_best_jobs_of_all_lanes() {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      String site = "spread-" + UUID.randomUUID();
      List<JobDefined> jobs =
          new ArrayList<>(IntStream.range(0, 400).mapToObj(i -> spread(random, site, i)).toList());
      Collections.shuffle(jobs, random);
      define(jobs);
      jobs.sort(BEST_FIRST);
      for (int n : List.of(40, 3, 100)) {
        List<SlotRequest> requests =
            IntStream.range(0, n).mapToObj(i -> request(site, Map.of())).toList();
        Set<UUID> got =
            claim(requests).await().atMost(LONG).stream()
                .map(result -> Objects.requireNonNull(result.job()).job())
                .collect(Collectors.toSet());
        List<JobDefined> best = jobs.subList(0, n);
        assertThat(got)
            .as("seed %d, %d requests", seed, n)
            .isEqualTo(best.stream().map(JobDefined::job).collect(Collectors.toSet()));
        best.clear();
      }
    }
  }

  private static final Comparator<JobDefined> BEST_FIRST =
      Comparator.comparingInt(JobDefined::priority)
          .reversed()
          .thenComparing(JobDefined::staleAt, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(JobDefined::definedAt);

  private static JobDefined spread(Random random, String site, int number) {
    // A few of the 30 types have most of the jobs, and most of those with high priority.
    int type = random.nextInt(1 + random.nextInt(1 + random.nextInt(30)));
    return JobDefinitions.job(
        Ids.next(),
        site,
        "type" + type,
        random.nextInt(8) < 7 - type ? 1 : 0,
        random.nextInt(4) == 0 ? JobDefinitions.now().plusSeconds(600 + number) : null,
        Instant.EPOCH.plusSeconds(number),
        Map.of());
  }

  /** As the jobs of a job list: defined at one time, with ids that increase. */
  @Test
  void equal_jobs_go_in_the_order_of_their_ids_whatever_lanes_they_are_in() {
    String site = "equal-" + UUID.randomUUID();
    Instant now = JobDefinitions.now();
    Instant staleAt = now.plusSeconds(3_600);
    List<JobDefined> list =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    JobDefinitions.builder(site, "type" + i % 7)
                        .timelimit(60 + i % 3)
                        .requirements(i % 2 == 0 ? Map.of() : Map.of("os", "el9"))
                        .definedAt(now)
                        .staleAt(staleAt)
                        .build())
            .toList();
    List<JobDefined> shuffled = new ArrayList<>(list);
    Collections.shuffle(shuffled, new Random(7));
    define(shuffled.subList(0, 50));
    define(shuffled.subList(50, 100));
    List<UUID> got = new ArrayList<>();
    for (int n = 1; got.size() < list.size(); n = 2 * n) {
      List<SlotRequest> requests =
          IntStream.range(0, n).mapToObj(i -> request(site, Map.of("os", "el9"))).toList();
      claim(requests)
          .await()
          .atMost(LONG)
          .forEach(result -> got.add(Objects.requireNonNull(result.job()).job()));
    }
    assertThat(got).isEqualTo(list.stream().map(JobDefined::job).toList());
  }

  @Test
  void a_short_job_is_found_behind_many_that_take_too_long() {
    String site = "short-" + UUID.randomUUID();
    Instant now = JobDefinitions.now();
    List<JobDefined> jobs =
        new ArrayList<>(
            IntStream.range(0, 50)
                .mapToObj(i -> limited(site, 5, 600, now.minusSeconds(i)))
                .toList());
    JobDefined brief = limited(site, 0, 20, now);
    jobs.add(brief);
    define(jobs);
    SlotRequest endsSoon = request(site, Map.of(), JobDefinitions.now().plusSeconds(60));
    SlotRequest endless = request(site, Map.of());
    List<ClaimResult> results = claim(List.of(endsSoon)).await().atMost(LONG);
    assertThat(results).hasSize(1);
    assertThat(Objects.requireNonNull(results.get(0).job()).job()).isEqualTo(brief.job());
    SlotRequest another = request(site, Map.of(), JobDefinitions.now().plusSeconds(60));
    List<ClaimResult> more = claim(List.of(another, endless)).await().atMost(LONG);
    assertThat(more).extracting(ClaimResult::index).containsExactly(1);
  }

  @Test
  void of_the_pilots_that_live_long_enough_the_one_that_ends_first_gets_the_job() {
    String site = "thrift-" + UUID.randomUUID();
    define(List.of(limited(site, 0, 30, JobDefinitions.now())));
    List<SlotRequest> requests =
        List.of(
            request(site, Map.of()),
            request(site, Map.of(), JobDefinitions.now().plusSeconds(900)),
            request(site, Map.of(), JobDefinitions.now().plusSeconds(60)),
            request(site, Map.of(), JobDefinitions.now().plusSeconds(9)));
    assertThat(claim(requests).await().atMost(LONG))
        .extracting(ClaimResult::index)
        .containsExactly(2);
  }

  private static JobDefined limited(String site, int priority, long timelimit, Instant definedAt) {
    return JobDefinitions.builder(site, "t")
        .priority(priority)
        .timelimit(timelimit)
        .definedAt(definedAt)
        .build();
  }
}
