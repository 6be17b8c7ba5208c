package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.MatchingRules;
import org.p3s.broker.domain.RunTimeEstimate;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.RunTimeFormula;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The claim in SQL: its rules, its order, and concurrent claims. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ClaimIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject ClaimStore claims;
  @Inject JobQueue queue;
  @Inject JobtypeLimits limits;
  @Inject RunTimeStore learned;
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

  /** Random jobs and requests: every job that is given out passes the rules, and no other does. */
  @Test
  void the_claim_in_sql_agrees_with_the_matching_rules() {
    for (int seed = 0; seed < 25; seed++) {
      Random random = new Random(seed);
      String mark = "r" + seed + "-" + UUID.randomUUID();
      List<JobDefined> jobs =
          IntStream.range(0, 1 + random.nextInt(30)).mapToObj(i -> job(random, mark)).toList();
      List<SlotRequest> requests =
          IntStream.range(0, 1 + random.nextInt(12)).mapToObj(i -> request(random, mark)).toList();
      Map<String, Integer> most = new HashMap<>();
      most.put(mark + "-a", random.nextInt(3));
      most.forEach((type, limit) -> limits.set(type, running(limit)).await().atMost(LONG));
      learn(random, mark);
      define(jobs);
      Instant now = JobDefinitions.now();
      List<ClaimResult> results = claim(requests, now).await().atMost(LONG);
      check(jobs, requests, most, runTimes(mark), results, now);
      pool.preparedQuery("DELETE FROM job WHERE jobtype LIKE $1")
          .execute(Tuple.of(mark + "%"))
          .await()
          .atMost(LONG);
    }
  }

  private static JobDefined job(Random random, String mark) {
    String site = mark + (random.nextBoolean() ? "-x" : "-y");
    Map<String, String> labels =
        random.nextInt(3) == 0 ? Map.of("gpu", mark) : Map.of("mark", mark);
    Duration hour = Duration.ofHours(1);
    Instant now = JobDefinitions.now();
    return JobDefinitions.builder(
            random.nextInt(3) == 0 ? null : site, mark + (random.nextBoolean() ? "-a" : "-b"))
        .priority(random.nextInt(3))
        .requirements(labels)
        .timelimit(List.of(20L, 60L, 600L).get(random.nextInt(3)))
        .staleAt(List.of(now.plus(hour), now.minus(hour)).get(random.nextInt(8) == 0 ? 1 : 0))
        .notBefore(random.nextInt(8) == 0 ? now.plus(hour) : null)
        .build();
  }

  /** Some types and sites get enough samples, others too few or none. */
  private void learn(Random random, String mark) {
    List<RunTimeSample> samples = new ArrayList<>();
    for (String site : List.of(mark + "-x", mark + "-y", RunTimeEstimates.ANY_SITE)) {
      for (String type : List.of(mark + "-a", mark + "-b")) {
        long n = random.nextInt(9);
        if (n > 0) {
          double seconds = 7 + random.nextInt(60);
          samples.add(new RunTimeSample(type, site, n, n * seconds, n * seconds * seconds));
        }
      }
    }
    outbox.transact(tx -> learned.learn(tx, samples)).await().atMost(LONG);
  }

  private Map<String, RunTimeEstimates> runTimes(String mark) {
    Map<String, RunTimeEstimates> known = new HashMap<>();
    for (String type : List.of(mark + "-a", mark + "-b")) {
      known.put(type, learned.of(type).await().atMost(LONG));
    }
    return known;
  }

  private static SlotRequest request(Random random, String mark) {
    Map<String, String> labels = new HashMap<>(Map.of("mark", mark));
    if (random.nextInt(3) == 0) {
      labels.put("gpu", mark);
    }
    Instant until =
        random.nextBoolean() ? null : JobDefinitions.now().plusSeconds(3 + 10L * random.nextInt(9));
    return request(mark + (random.nextBoolean() ? "-x" : "-y"), labels, until);
  }

  private static void check(
      List<JobDefined> jobs,
      List<SlotRequest> requests,
      Map<String, Integer> limits,
      Map<String, RunTimeEstimates> runTimes,
      List<ClaimResult> results,
      Instant now) {
    Map<UUID, JobDefined> left =
        jobs.stream().collect(Collectors.toMap(JobDefined::job, job -> job));
    Map<String, Integer> given = new HashMap<>();
    Set<Integer> answered = new HashSet<>();
    for (ClaimResult result : results) {
      assertThat(result.kind()).isEqualTo(ClaimResult.Kind.NEW);
      JobDefined job = left.remove(Objects.requireNonNull(result.job()).job());
      Objects.requireNonNull(job, "a job of this round, given out once");
      assertThat(answered.add(result.index())).isTrue();
      MatchingRules.Input input =
          input(job, requests.get(result.index()), limits, given, runTimes, now);
      assertThat(failing(input))
          .as("%s was given to %s", job, requests.get(result.index()))
          .isEmpty();
      given.merge(job.jobtype(), 1, Integer::sum);
    }
    for (JobDefined job : left.values()) {
      for (int i = 0; i < requests.size(); i++) {
        if (!answered.contains(i)) {
          MatchingRules.Input input = input(job, requests.get(i), limits, given, runTimes, now);
          assertThat(failing(input))
              .as("%s was not given to %s", job, requests.get(i))
              .isNotEmpty();
        }
      }
    }
  }

  private static List<String> failing(MatchingRules.Input input) {
    return MatchingRules.explain(input).stream()
        .filter(verdict -> !verdict.passes())
        .map(MatchingRules.Verdict::rule)
        .toList();
  }

  /** What the rules look at if only this request waits. */
  private static MatchingRules.Input input(
      JobDefined job,
      SlotRequest request,
      Map<String, Integer> limits,
      Map<String, Integer> held,
      Map<String, RunTimeEstimates> runTimes,
      Instant now) {
    Instant pilotEndsAt = request.pilotEndsAt();
    return new MatchingRules.Input(
        job.jobtype(),
        job.site(),
        job.requirements(),
        job.staleAt(),
        job.staleAt(),
        job.notBefore(),
        limits.get(job.jobtype()),
        held.getOrDefault(job.jobtype(), 0),
        job.timelimit(),
        Objects.requireNonNull(runTimes.get(job.jobtype())),
        Map.of(request.kind(), pilotEndsAt == null ? Instant.MAX : pilotEndsAt),
        now);
  }

  /** Some lanes have many of the best jobs, others few. */
  @Test
  void a_claim_takes_the_best_jobs_of_all_lanes() {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      String site = "spread-" + UUID.randomUUID();
      List<JobDefined> jobs =
          new ArrayList<>(IntStream.range(0, 400).mapToObj(i -> spread(random, site, i)).toList());
      java.util.Collections.shuffle(jobs, random);
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

  /** Random batches of samples give the same values in the table and by the formula. */
  @Test
  void learning_run_times_in_sql_agrees_with_the_formula() {
    Random random = new Random(5);
    String type = "learned-" + UUID.randomUUID();
    RunTimeEstimate expected = RunTimeFormula.of(new RunTimeSample(type, "s", 1, 30, 900));
    learn(new RunTimeSample(type, "s", 1, 30, 900));
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
      learn(sample);
    }
    RunTimeEstimate stored =
        Objects.requireNonNull(learned.of(type).await().atMost(LONG).bySite().get("s"));
    assertThat(stored.samples()).isEqualTo(expected.samples());
    assertThat(stored.mean()).isCloseTo(expected.mean(), within(1e-6));
    double need =
        pool.preparedQuery("SELECT need_s FROM run_time WHERE jobtype = $1")
            .execute(Tuple.of(type))
            .await()
            .atMost(LONG)
            .iterator()
            .next()
            .getDouble(0);
    assertThat(need).isCloseTo(expected.neededSeconds().orElseThrow(), within(1e-6));
  }

  private void learn(RunTimeSample sample) {
    outbox.transact(tx -> learned.learn(tx, List.of(sample))).await().atMost(LONG);
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
