package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p3s.broker.app.ClaimResult;
import org.p3s.broker.app.ClaimStore;
import org.p3s.broker.app.ClaimedJob;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.JobtypeLimits;
import org.p3s.broker.app.QueueForecasts;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.MatchingRules;
import org.p3s.broker.domain.RunTimeEstimates;
import org.p3s.broker.domain.RunTimeSample;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/**
 * The claim in SQL and the matching rules in Java agree. Each round makes a random queue, claims
 * once, and asks for every job: was it given out if and only if it passes all rules and the order
 * puts it among the first?
 */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ClaimMatchesRulesIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int ROUNDS = 40;

  /**
   * The queues are of tomorrow: the sweep of the broker has the real clock, so it neither drops a
   * job nor lets in a retry, however slow the machine is.
   */
  private static final Duration AHEAD_OF_THE_SWEEP = Duration.ofDays(1);

  @Inject ClaimStore claims;
  @Inject JobQueue queue;
  @Inject JobtypeLimits limits;
  @Inject RunTimeStore runTimes;
  @Inject QueueForecasts forecasts;
  @Inject Outbox outbox;
  @Inject Pool pool;

  /** A waiting job, with what the rules look at. */
  private record Waiting(
      JobDefined job, QueueForecasts.WaitingJob view, RunTimeEstimates estimates) {

    int priority() {
      return job.priority();
    }

    @Nullable Instant startBy() {
      return view.startBy();
    }

    @Override
    public String toString() {
      return job + ", latest start " + view.startBy();
    }
  }

  private static final Comparator<Waiting> BEST_FIRST =
      Comparator.comparingInt(Waiting::priority)
          .reversed()
          .thenComparing(Waiting::startBy, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(waiting -> waiting.job().definedAt())
          .thenComparing(waiting -> waiting.job().job());

  @AfterEach
  void deleteJobs() {
    pool.query("DELETE FROM job").execute().await().atMost(LONG);
  }

  @Test
  void a_job_is_given_out_if_and_only_if_all_rules_pass_and_it_is_among_the_first() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      new Round(seed).claimOfOneKind();
    }
  }

  @Test
  void with_several_kinds_of_requests_each_gets_what_passes_and_what_is_left_passes_for_none() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      new Round(seed).claimOfSeveralKinds();
    }
  }

  /** Each line changes one rule in SQL, by replacing text; the first test has to fail then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "labels    | c.labels @> l.requirements | true",
        "site      | l.site = c.site | true",
        "pause     | WHERE t.limit_running IS NOT NULL | WHERE t.limit_running > 0",
        "limit     | h.jobtype = t.name AND h.state IN ('dispatched', 'running') | h.jobtype = t.name AND h.state = 'running'",
        "backoff   | q.not_before IS NULL | (q.not_before IS NULL OR q.not_before > p_now)",
        "deadline  | (q.start_by IS NULL OR q.start_by > p_now) | (q.stale_at IS NULL OR q.stale_at > p_now)",
        "lifetime  | p_now + needed_s * interval '1 second' | p_now",
        "run time  | coalesce((SELECT t.seconds FROM learned_run_time(l.jobtype, c.site, l.timelimit) t), l.timelimit) | l.timelimit",
        "priority  | q.priority DESC | q.priority",
        "start by  | coalesce(j.start_by, 'infinity'), |",
        "age       | ts_def, j.uuid | ts_def DESC, j.uuid",
        "equals    | ts_def, j.uuid | ts_def, j.uuid DESC",
        "held jobs | coalesce((held_by_share ->> o.share)::bigint, 0) + |",
        "turns     | o.served, |",
      })
  void a_rule_that_is_changed_only_in_sql_is_noticed(
      String rule, String text, @Nullable String changed) throws IOException {
    String original = claimInSql();
    assertThat(original).contains(text);
    pool.query(original.replace(text, changed == null ? "" : changed))
        .execute()
        .await()
        .atMost(LONG);
    try {
      assertThatThrownBy(
              this::a_job_is_given_out_if_and_only_if_all_rules_pass_and_it_is_among_the_first)
          .as(rule)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("seed");
    } finally {
      pool.query(original).execute().await().atMost(LONG);
    }
  }

  private static String claimInSql() throws IOException {
    try (InputStream sql =
        Objects.requireNonNull(
            ClaimStore.class.getResourceAsStream("/db/migration/R__claim.sql"))) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A random queue, and pilots that hold some jobs already. */
  private final class Round {

    private final int seed;
    private final Random random;
    private final String mark;
    private final Instant now;
    private final FairShare share;

    /** The fewer values jobs differ in, the longer are the lanes. */
    private final int variety;

    private final List<Waiting> queued = new ArrayList<>();
    private final Map<String, Integer> heldByShare = new HashMap<>();
    private final Map<String, Long> servedShares = new HashMap<>();

    Round(int seed) {
      this.seed = seed;
      random = new Random(seed);
      mark = "r" + seed + "-" + UUID.randomUUID();
      now = JobDefinitions.now().plus(AHEAD_OF_THE_SWEEP);
      share = FairShare.values()[seed % FairShare.values().length];
      variety = 1 + random.nextInt(3);
      deleteJobs();
      learnRunTimes();
      letPilotsHoldJobs();
      setLimits();
      List<JobDefined> jobs =
          new ArrayList<>(
              IntStream.range(0, 1 + random.nextInt(60)).mapToObj(i -> randomJob()).toList());
      Collections.shuffle(jobs, random);
      define(jobs);
      lookAt(jobs);
    }

    private <T> T one(List<T> of) {
      return of.get(random.nextInt(Math.min(of.size(), variety)));
    }

    private String site() {
      return mark + (random.nextInt(3) == 0 ? "-y" : "-x");
    }

    private List<String> types() {
      return List.of(mark + "-a", mark + "-b", mark + "-c");
    }

    /** Some types and sites get enough samples, others too few or none. */
    private void learnRunTimes() {
      List<RunTimeSample> samples = new ArrayList<>();
      for (String site : List.of(mark + "-x", mark + "-y", RunTimeEstimates.ANY_SITE)) {
        for (String type : types()) {
          long n = random.nextInt(9);
          if (n > 0) {
            double seconds = 7 + random.nextInt(60);
            samples.add(new RunTimeSample(type, site, n, n * seconds, n * seconds * seconds));
          }
        }
      }
      outbox.transact(tx -> runTimes.learn(tx, samples)).await().atMost(LONG);
    }

    private void letPilotsHoldJobs() {
      for (int claim = random.nextInt(4); claim > 0; claim--) {
        int n = 1 + random.nextInt(4);
        List<JobDefined> jobs =
            IntStream.range(0, n)
                .mapToObj(
                    i ->
                        JobDefinitions.builder(null, one(types()))
                            .user(one(users()))
                            .requirements(Map.of("mark", mark))
                            .build())
                .toList();
        define(jobs);
        SlotRequest.Kind kind = new SlotRequest.Kind(site(), Map.of("mark", mark));
        for (ClaimResult result : claim(requests(kind, null, n))) {
          ClaimedJob held = Objects.requireNonNull(result.job());
          String ofShare =
              shareOf(
                  jobs.stream()
                      .filter(job -> job.job().equals(held.job()))
                      .findAny()
                      .orElseThrow());
          heldByShare.merge(ofShare, 1, Integer::sum);
          servedShares.merge(ofShare, held.lease(), Math::max);
        }
      }
    }

    private List<String> users() {
      return List.of("u" + mark, "v" + mark, "w" + mark);
    }

    private void setLimits() {
      for (String type : types()) {
        if (random.nextBoolean()) {
          int most = random.nextInt(5);
          JobtypeLimits.Limit limit = new JobtypeLimits.Limit(most);
          limits.set(type, new JobtypeLimits.Change(limit, null, null)).await().atMost(LONG);
        }
      }
    }

    /** No two times differ by less than 50 ms, except those that are equal. */
    private JobDefined randomJob() {
      boolean retry = random.nextInt(6) == 0;
      Map<String, String> labels = new HashMap<>(Map.of("mark", mark));
      if (random.nextInt(4) == 0) {
        labels.put("gpu", mark);
      }
      Instant staleAt =
          random.nextBoolean()
              ? null
              : now.plusMillis(
                  List.of(-600_250, 5_250, 30_250, 90_250, 900_250, 3_600_250)
                      .get(random.nextInt(6)));
      return JobDefinitions.builder(random.nextInt(3) == 0 ? null : site(), one(types()))
          .user(one(users()))
          .priority(random.nextInt(3))
          .requirements(labels)
          .timelimit(one(List.of(60L, 20L, 600L)))
          .attempt(retry ? 2 : 1)
          .maxattempts(2)
          .definedAt(now.minusSeconds(10L * random.nextInt(4)))
          .staleAt(staleAt)
          .notBefore(retry ? now.plusSeconds(random.nextBoolean() ? 60 : -60) : null)
          .build();
    }

    private void define(List<JobDefined> jobs) {
      outbox.transact(tx -> queue.define(tx, jobs, share)).await().atMost(LONG);
    }

    private void lookAt(List<JobDefined> jobs) {
      Map<String, RunTimeEstimates> estimates = new HashMap<>();
      types().forEach(type -> estimates.put(type, runTimes.of(type).await().atMost(LONG)));
      List<QueueForecasts.@Nullable WaitingJob> views =
          Uni.join()
              .all(jobs.stream().map(job -> forecasts.waitingJob(job.job(), share)).toList())
              .andFailFast()
              .await()
              .atMost(LONG);
      for (int i = 0; i < views.size(); i++) {
        JobDefined job = jobs.get(i);
        QueueForecasts.WaitingJob view = Objects.requireNonNull(views.get(i));
        RunTimeEstimates known = Objects.requireNonNull(estimates.get(job.jobtype()));
        checkLatestStart(job, view.startBy(), known);
        queued.add(new Waiting(job, view, known));
      }
    }

    private void checkLatestStart(
        JobDefined job, @Nullable Instant startBy, RunTimeEstimates estimates) {
      Instant staleAt = job.staleAt();
      if (staleAt == null) {
        assertThat(startBy).isNull();
        return;
      }
      String site = Objects.requireNonNullElse(job.site(), RunTimeEstimates.ANY_SITE);
      OptionalDouble takes = estimates.learned(site, job.timelimit());
      long micros = Math.round(1e6 * takes.orElse(0));
      boolean inTime = !job.definedAt().plus(micros, ChronoUnit.MICROS).isAfter(staleAt);
      assertThat(startBy)
          .as("seed %d, latest start of %s", seed, job)
          .isCloseTo(
              inTime ? staleAt.minus(micros, ChronoUnit.MICROS) : staleAt,
              within(1, ChronoUnit.MILLIS));
    }

    private String shareOf(JobDefined job) {
      return share == FairShare.USER ? Objects.requireNonNull(job.user()) : job.jobtype();
    }

    private SlotRequest.Kind randomKind() {
      Map<String, String> labels = new HashMap<>(Map.of("mark", mark));
      if (random.nextBoolean()) {
        labels.put("gpu", mark);
      }
      return new SlotRequest.Kind(site(), labels);
    }

    private @Nullable Instant randomEnd() {
      return random.nextInt(3) == 0
          ? null
          : now.plusMillis(List.of(9_250, 25_250, 65_250, 700_250).get(random.nextInt(4)));
    }

    private List<SlotRequest> requests(SlotRequest.Kind kind, @Nullable Instant pilotsEnd, int n) {
      return IntStream.range(0, n)
          .mapToObj(
              i ->
                  new SlotRequest(
                      Ids.next(), 0, UUID.randomUUID(), kind.site(), kind.labels(), pilotsEnd))
          .toList();
    }

    private List<ClaimResult> claim(List<SlotRequest> requests) {
      return outbox
          .transact(tx -> claims.claim(tx, requests, share, now, now.plusSeconds(600)))
          .await()
          .atMost(LONG);
    }

    void claimOfOneKind() {
      SlotRequest.Kind kind = randomKind();
      Instant end = randomEnd();
      int slots = 1 + random.nextInt(20);
      List<UUID> given =
          claim(requests(kind, end, slots)).stream()
              .map(result -> Objects.requireNonNull(result.job()).job())
              .toList();
      Map<UUID, List<String>> failing = new HashMap<>();
      Map<String, Integer> givenOfType = new HashMap<>();
      List<UUID> expected = new ArrayList<>();
      for (Waiting waiting : inTurn(kind, end)) {
        UUID job = waiting.job().job();
        failing.put(job, failing(waiting, kind, end, givenOfType));
        if (Objects.requireNonNull(failing.get(job)).isEmpty() && expected.size() < slots) {
          expected.add(job);
          givenOfType.merge(waiting.job().jobtype(), 1, Integer::sum);
        }
      }
      for (Waiting waiting : queued) {
        UUID job = waiting.job().job();
        assertThat(given.contains(job))
            .as(
                "seed %d, shares %s, %d slots of %s until %s at %s: %s, which fails %s, is given out",
                seed, share, slots, kind, end, now, waiting, failing.get(job))
            .isEqualTo(expected.contains(job));
      }
      assertThat(given).as("seed %d, the order", seed).isEqualTo(expected);
    }

    /** All waiting jobs, in the order in which the jobs that pass the rules have their turn. */
    private List<Waiting> inTurn(SlotRequest.Kind kind, @Nullable Instant end) {
      List<Waiting> best = new ArrayList<>(queued);
      best.sort(BEST_FIRST);
      if (share == FairShare.NONE) {
        return best;
      }
      // The n-th job of a share has its turn when the share holds n - 1 jobs more than now.
      Map<String, Integer> held = new HashMap<>(heldByShare);
      Map<Waiting, Integer> turns = new LinkedHashMap<>();
      for (Waiting waiting : best) {
        boolean passes = failing(waiting, kind, end, Map.of()).isEmpty();
        turns.put(waiting, passes ? held.merge(shareOf(waiting.job()), 1, Integer::sum) : 0);
      }
      best.sort(
          Comparator.comparingInt(Waiting::priority)
              .reversed()
              .thenComparing(turns::get)
              .thenComparing(waiting -> servedShares.getOrDefault(shareOf(waiting.job()), 0L))
              .thenComparing(BEST_FIRST));
      return best;
    }

    void claimOfSeveralKinds() {
      List<SlotRequest> requests = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        requests.addAll(requests(randomKind(), randomEnd(), 1));
      }
      Map<UUID, Waiting> left = new HashMap<>();
      queued.forEach(waiting -> left.put(waiting.job().job(), waiting));
      Map<String, Integer> given = new HashMap<>();
      Set<Integer> answered = new HashSet<>();
      for (ClaimResult result : claim(requests)) {
        Waiting waiting =
            Objects.requireNonNull(left.remove(Objects.requireNonNull(result.job()).job()));
        SlotRequest request = requests.get(result.index());
        assertThat(answered.add(result.index())).isTrue();
        assertThat(failing(waiting, request.kind(), request.pilotEndsAt(), given))
            .as("seed %d, %s was given to %s", seed, waiting, request)
            .isEmpty();
        given.merge(waiting.job().jobtype(), 1, Integer::sum);
      }
      for (Waiting waiting : left.values()) {
        for (int i = 0; i < requests.size(); i++) {
          SlotRequest request = requests.get(i);
          if (!answered.contains(i)) {
            assertThat(failing(waiting, request.kind(), request.pilotEndsAt(), given))
                .as("seed %d, %s was not given to %s", seed, waiting, request)
                .isNotEmpty();
          }
        }
      }
    }

    /**
     * The rules that the job does not pass if only such pilots wait, after those were given out.
     */
    private List<String> failing(
        Waiting waiting,
        SlotRequest.Kind kind,
        @Nullable Instant pilotsEnd,
        Map<String, Integer> givenOfType) {
      QueueForecasts.WaitingJob view = waiting.view();
      MatchingRules.Input input =
          new MatchingRules.Input(
              view.jobtype(),
              view.site(),
              view.requirements(),
              view.staleAt(),
              view.startBy(),
              view.notBefore(),
              view.limit(),
              view.held() + givenOfType.getOrDefault(view.jobtype(), 0),
              view.timelimit(),
              waiting.estimates(),
              Map.of(kind, pilotsEnd == null ? Instant.MAX : pilotsEnd),
              now);
      return MatchingRules.explain(input).stream()
          .filter(verdict -> !verdict.passes())
          .map(MatchingRules.Verdict::rule)
          .toList();
    }
  }
}
