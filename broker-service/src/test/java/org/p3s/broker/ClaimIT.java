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
import org.p3s.broker.app.Answer;
import org.p3s.broker.app.Limits;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.app.RunTimeStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Matching;
import org.p3s.broker.domain.RunTime;
import org.p3s.broker.domain.RunTimes;
import org.p3s.broker.domain.Seat;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** The claim statement alone: its rules, its order, and many claims at once. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ClaimIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject QueueStore queue;
  @Inject Limits limits;
  @Inject RunTimeStore learned;
  @Inject Outbox outbox;
  @Inject Pool pool;

  private static Seat seat(String site, Map<String, String> labels) {
    return seat(site, labels, null);
  }

  private static Seat seat(String site, Map<String, String> labels, @Nullable Instant until) {
    return new Seat(Ids.next(), 0, UUID.randomUUID(), site, labels, until);
  }

  private Uni<List<Answer>> claim(List<Seat> seats) {
    Instant now = Jobs.now();
    return outbox.transact(tx -> queue.claim(tx, seats, FairShare.NONE, now, now.plusSeconds(600)));
  }

  private int define(List<JobDefined> jobs) {
    return outbox
        .transact(tx -> queue.define(tx, jobs, FairShare.NONE))
        .await()
        .atMost(LONG)
        .jobs();
  }

  private static Limits.Change running(int limit) {
    return new Limits.Change(new Limits.Limit(limit), null, null);
  }

  @Test
  void many_claims_at_once_never_hand_out_a_job_twice_and_leave_none() {
    String site = "crowd-" + UUID.randomUUID();
    int n = 1_200;
    List<JobDefined> jobs = IntStream.range(0, n).mapToObj(i -> Jobs.at(site)).toList();
    assertThat(define(jobs)).isEqualTo(n);
    List<Uni<List<UUID>>> claimers =
        IntStream.range(0, 6).mapToObj(i -> claimUntilEmpty(site, new ArrayList<>())).toList();
    List<List<UUID>> got = Uni.join().all(claimers).andFailFast().await().atMost(LONG);
    List<UUID> all = got.stream().flatMap(List::stream).toList();
    assertThat(all).doesNotHaveDuplicates().hasSize(n);
  }

  private Uni<List<UUID>> claimUntilEmpty(String site, List<UUID> got) {
    List<Seat> seats = IntStream.range(0, 16).mapToObj(i -> seat(site, Map.of())).toList();
    return claim(seats)
        .flatMap(
            answers -> {
              answers.forEach(answer -> got.add(Objects.requireNonNull(answer.offer()).job()));
              return answers.isEmpty() ? Uni.createFrom().item(got) : claimUntilEmpty(site, got);
            });
  }

  @Test
  void a_limit_is_exact_however_many_claim() {
    String site = "limit-" + UUID.randomUUID();
    String type = "limited-" + site;
    limits.set(type, running(5)).await().atMost(LONG);
    define(IntStream.range(0, 50).mapToObj(i -> Jobs.ofType(site, type)).toList());
    List<Uni<List<UUID>>> claimers =
        IntStream.range(0, 6).mapToObj(i -> claimUntilEmpty(site, new ArrayList<>())).toList();
    List<List<UUID>> got = Uni.join().all(claimers).andFailFast().await().atMost(LONG);
    assertThat(got.stream().mapToInt(List::size).sum()).isEqualTo(5);
  }

  @Test
  void a_slot_that_two_claims_serve_holds_one_job() {
    String site = "slot-" + UUID.randomUUID();
    define(IntStream.range(0, 40).mapToObj(i -> Jobs.at(site)).toList());
    List<Seat> same = List.of(seat(site, Map.of()), seat(site, Map.of()));
    List<Uni<Object>> claims =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    claim(same)
                        .<Object>map(answers -> answers)
                        .onFailure()
                        .recoverWithItem(failure -> failure))
            .toList();
    Uni.join().all(claims).andFailFast().await().atMost(LONG);
    List<Answer> after = claim(same).await().atMost(LONG);
    assertThat(after).extracting(Answer::kind).containsOnly(Answer.Kind.HELD).hasSize(2);
    long held =
        pool.preparedQuery("SELECT count(*) FROM job WHERE pilot = ANY($1::uuid[])")
            .execute(Tuple.tuple().addValue(same.stream().map(Seat::pilot).toArray(UUID[]::new)))
            .await()
            .atMost(LONG)
            .iterator()
            .next()
            .getLong(0);
    assertThat(held).isEqualTo(2);
  }

  /** Random jobs and seats: what is given out obeys the rules, and nothing that fits is left. */
  @Test
  void the_statement_and_the_named_rules_agree() {
    for (int seed = 0; seed < 25; seed++) {
      Random random = new Random(seed);
      String mark = "r" + seed + "-" + UUID.randomUUID();
      List<JobDefined> jobs =
          IntStream.range(0, 1 + random.nextInt(30)).mapToObj(i -> job(random, mark)).toList();
      List<Seat> seats =
          IntStream.range(0, 1 + random.nextInt(12)).mapToObj(i -> seat(random, mark)).toList();
      Map<String, Integer> most = new HashMap<>();
      most.put(mark + "-a", random.nextInt(3));
      most.forEach((type, limit) -> limits.set(type, running(limit)).await().atMost(LONG));
      learn(random, mark);
      define(jobs);
      check(jobs, seats, most, runTimes(mark), claim(seats).await().atMost(LONG));
      pool.preparedQuery("DELETE FROM job WHERE jobtype LIKE $1")
          .execute(Tuple.of(mark + "%"))
          .await()
          .atMost(LONG);
    }
  }

  private static JobDefined job(Random random, String mark) {
    String site = mark + (random.nextBoolean() ? "-x" : "-y");
    Map<String, String> wants = random.nextInt(3) == 0 ? Map.of("gpu", mark) : Map.of("mark", mark);
    return Jobs.job(
        Ids.next(),
        random.nextInt(3) == 0 ? null : site,
        mark + (random.nextBoolean() ? "-a" : "-b"),
        random.nextInt(3),
        null,
        Jobs.now(),
        wants,
        null,
        List.of(20L, 60L, 600L).get(random.nextInt(3)),
        "jane");
  }

  /** Of one type and site enough is known, of others too little, anywhere, or nothing. */
  private void learn(Random random, String mark) {
    List<RunTime.Sample> samples = new ArrayList<>();
    for (String site : List.of(mark + "-x", mark + "-y", RunTimes.ANYWHERE)) {
      for (String type : List.of(mark + "-a", mark + "-b")) {
        long n = random.nextInt(9);
        if (n > 0) {
          double seconds = 7 + random.nextInt(60);
          samples.add(new RunTime.Sample(type, site, n, n * seconds, n * seconds * seconds));
        }
      }
    }
    outbox.transact(tx -> learned.learn(tx, samples)).await().atMost(LONG);
  }

  private Map<String, RunTimes> runTimes(String mark) {
    Map<String, RunTimes> known = new HashMap<>();
    for (String type : List.of(mark + "-a", mark + "-b")) {
      known.put(type, learned.of(type).await().atMost(LONG));
    }
    return known;
  }

  private static Seat seat(Random random, String mark) {
    Map<String, String> labels = new HashMap<>(Map.of("mark", mark));
    if (random.nextInt(3) == 0) {
      labels.put("gpu", mark);
    }
    Instant until =
        random.nextBoolean() ? null : Jobs.now().plusSeconds(3 + 10L * random.nextInt(9));
    return seat(mark + (random.nextBoolean() ? "-x" : "-y"), labels, until);
  }

  private static void check(
      List<JobDefined> jobs,
      List<Seat> seats,
      Map<String, Integer> limits,
      Map<String, RunTimes> runTimes,
      List<Answer> answers) {
    Map<UUID, JobDefined> byUuid =
        jobs.stream().collect(Collectors.toMap(JobDefined::job, job -> job));
    Map<String, Integer> taken = new HashMap<>();
    Set<Integer> used = new HashSet<>();
    for (Answer answer : answers) {
      assertThat(answer.kind()).isEqualTo(Answer.Kind.FRESH);
      JobDefined job = byUuid.remove(Objects.requireNonNull(answer.offer()).job());
      Objects.requireNonNull(job, "a job of this round, given out once");
      assertThat(used.add(answer.seat())).isTrue();
      Seat seat = seats.get(answer.seat());
      assertThat(fits(job, seat, runTimes)).as("job %s fits seat %s", job, seat).isTrue();
      taken.merge(job.jobtype(), 1, Integer::sum);
    }
    limits.forEach(
        (type, limit) -> assertThat(taken.getOrDefault(type, 0)).isLessThanOrEqualTo(limit));
    for (JobDefined left : byUuid.values()) {
      Integer limit = limits.get(left.jobtype());
      boolean room = limit == null || taken.getOrDefault(left.jobtype(), 0) < limit;
      for (int i = 0; i < seats.size() && room; i++) {
        boolean free = !used.contains(i);
        boolean fits = fits(left, seats.get(i), runTimes);
        assertThat(free && fits).as("job %s fits seat %d", left, i).isFalse();
      }
    }
  }

  private static boolean fits(JobDefined job, Seat seat, Map<String, RunTimes> runTimes) {
    return Matching.fits(job.site(), job.requirements(), seat.kind())
        && Matching.outlives(
            seat.until(),
            seat.site(),
            job.timelimit(),
            Objects.requireNonNull(runTimes.get(job.jobtype())),
            Jobs.now());
  }

  /** Random batches of ends: the table holds what the domain reckons. */
  @Test
  void the_learned_run_times_and_their_formulas_agree() {
    Random random = new Random(5);
    String type = "learned-" + UUID.randomUUID();
    RunTime expected = RunTime.of(new RunTime.Sample(type, "s", 1, 30, 900));
    learn(new RunTime.Sample(type, "s", 1, 30, 900));
    for (int batch = 0; batch < 20; batch++) {
      long n = 1 + random.nextInt(40);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double seconds = 100 * random.nextDouble();
        sum += seconds;
        squares += seconds * seconds;
      }
      RunTime.Sample sample = new RunTime.Sample(type, "s", n, sum, squares);
      expected = expected.with(sample);
      learn(sample);
    }
    RunTime stored =
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
    assertThat(need).isCloseTo(expected.need().orElseThrow(), within(1e-6));
  }

  private void learn(RunTime.Sample sample) {
    outbox.transact(tx -> learned.learn(tx, List.of(sample))).await().atMost(LONG);
  }

  @Test
  void a_job_that_fits_is_found_behind_many_that_take_too_long() {
    String site = "short-" + UUID.randomUUID();
    Instant now = Jobs.now();
    List<JobDefined> jobs =
        new ArrayList<>(
            IntStream.range(0, 50)
                .mapToObj(i -> limited(site, 5, 600, now.minusSeconds(i)))
                .toList());
    JobDefined brief = limited(site, 0, 20, now);
    jobs.add(brief);
    define(jobs);
    Seat endsSoon = seat(site, Map.of(), Jobs.now().plusSeconds(60));
    Seat endless = seat(site, Map.of());
    List<Answer> answers = claim(List.of(endsSoon)).await().atMost(LONG);
    assertThat(answers).hasSize(1);
    assertThat(Objects.requireNonNull(answers.get(0).offer()).job()).isEqualTo(brief.job());
    Seat another = seat(site, Map.of(), Jobs.now().plusSeconds(60));
    List<Answer> more = claim(List.of(another, endless)).await().atMost(LONG);
    assertThat(more).extracting(Answer::seat).containsExactly(1);
  }

  @Test
  void of_the_seats_that_live_long_enough_the_one_that_ends_first_takes_the_job() {
    String site = "thrift-" + UUID.randomUUID();
    define(List.of(limited(site, 0, 30, Jobs.now())));
    List<Seat> seats =
        List.of(
            seat(site, Map.of()),
            seat(site, Map.of(), Jobs.now().plusSeconds(900)),
            seat(site, Map.of(), Jobs.now().plusSeconds(60)),
            seat(site, Map.of(), Jobs.now().plusSeconds(9)));
    assertThat(claim(seats).await().atMost(LONG)).extracting(Answer::seat).containsExactly(2);
  }

  private static JobDefined limited(String site, int priority, long timelimit, Instant definedAt) {
    return Jobs.job(
        Ids.next(), site, "t", priority, null, definedAt, Map.of(), null, timelimit, "jane");
  }
}
