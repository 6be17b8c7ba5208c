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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.ClaimResult;
import org.p3s.broker.app.ClaimStore;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.QueueForecasts;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Fair shares in the claim and in the place in the queue. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class FairShareIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject ClaimStore claims;
  @Inject JobQueue queue;
  @Inject QueueForecasts forecasts;
  @Inject Outbox outbox;
  @Inject Pool pool;

  private final String site = "fair-" + UUID.randomUUID();
  private final Map<UUID, JobDefined> defined = new HashMap<>();

  @AfterEach
  void deleteJobs() {
    pool.preparedQuery("DELETE FROM job WHERE coalesce(pilot_site, site) = $1")
        .execute(Tuple.of(site))
        .await()
        .atMost(LONG);
  }

  private JobDefined job(
      String user, String type, int priority, @Nullable Instant staleAt, long age) {
    JobDefined job =
        JobDefinitions.builder(site, type)
            .priority(priority)
            .staleAt(staleAt)
            .definedAt(JobDefinitions.now().minusSeconds(age))
            .user(user + site)
            .build();
    defined.put(job.job(), job);
    return job;
  }

  private List<JobDefined> jobs(int n, String user, long age) {
    return IntStream.range(0, n).mapToObj(i -> job(user, "t", 0, null, age)).toList();
  }

  private void define(FairShare share, List<JobDefined> jobs) {
    for (int i = 0; i < jobs.size(); i += 1_000) {
      List<JobDefined> some = jobs.subList(i, Math.min(jobs.size(), i + 1_000));
      outbox.transact(tx -> queue.define(tx, some, share)).await().atMost(LONG);
    }
  }

  /** The jobs that so many free slots get, in the order in which they were given. */
  private List<JobDefined> claim(FairShare share, int slots) {
    Instant now = JobDefinitions.now();
    List<SlotRequest> free = requests(slots);
    List<ClaimResult> results =
        outbox
            .transact(tx -> claims.claim(tx, free, share, now, now.plusSeconds(600)))
            .await()
            .atMost(LONG);
    return results.stream()
        .map(result -> defined.get(Objects.requireNonNull(result.job()).job()))
        .toList();
  }

  private List<SlotRequest> requests(int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> new SlotRequest(Ids.next(), 0, UUID.randomUUID(), site, Map.of(), null))
        .toList();
  }

  private void end(List<JobDefined> jobs) {
    pool.preparedQuery("DELETE FROM job WHERE uuid = ANY($1::uuid[])")
        .execute(Tuple.tuple().addValue(jobs.stream().map(JobDefined::job).toArray(UUID[]::new)))
        .await()
        .atMost(LONG);
  }

  private long of(String user, List<JobDefined> jobs) {
    return jobs.stream().filter(job -> (user + site).equals(job.user())).count();
  }

  @Test
  void five_jobs_of_one_user_do_not_wait_behind_ten_thousand_of_another() {
    define(FairShare.USER, jobs(10_000, "many", 100));
    List<JobDefined> before = claim(FairShare.USER, 20);
    assertThat(of("many", before)).isEqualTo(20);
    define(FairShare.USER, jobs(5, "few", 0));
    assertThat(of("few", claim(FairShare.USER, 4))).isEqualTo(4);
    assertThat(of("few", claim(FairShare.USER, 4))).isEqualTo(1);
  }

  @Test
  void without_shares_the_oldest_jobs_go_first_whatever_their_users() {
    define(FairShare.NONE, jobs(100, "many", 100));
    define(FairShare.NONE, jobs(5, "few", 0));
    assertThat(of("few", claim(FairShare.NONE, 20))).isZero();
  }

  @Test
  void in_one_claim_the_shares_take_turns() {
    define(FairShare.USER, jobs(30, "many", 100));
    define(FairShare.USER, jobs(30, "few", 0));
    List<JobDefined> given = claim(FairShare.USER, 10);
    assertThat(of("few", given)).isEqualTo(5);
    assertThat(of("many", given)).isEqualTo(5);
  }

  @Test
  void priority_counts_before_shares_and_within_a_share_deadline_and_age() {
    Instant soon = JobDefinitions.now().plusSeconds(600);
    JobDefined urgent = job("many", "t", 5, null, 0);
    JobDefined old = job("few", "t", 0, null, 50);
    JobDefined nearest = job("few", "t", 0, soon, 0);
    define(FairShare.USER, jobs(5, "many", 100));
    define(FairShare.USER, List.of(urgent, old, nearest));
    assertThat(claim(FairShare.USER, 1)).containsExactly(urgent);
    assertThat(claim(FairShare.USER, 1)).containsExactly(nearest);
    // Both shares hold one job now, so the older job is next.
    assertThat(of("many", claim(FairShare.USER, 1))).isEqualTo(1);
    assertThat(claim(FairShare.USER, 1)).containsExactly(old);
  }

  /** There are more lanes than a claim reads to their end at first. */
  @Test
  void shares_are_even_if_their_jobs_are_in_many_lanes() {
    List<JobDefined> jobs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      jobs.add(job("many", "t" + i % 20, 0, null, 1000 - i));
      jobs.add(job("one", "t" + i / 200, 0, null, i));
      jobs.add(job("few", "t" + i, 0, null, 500));
    }
    define(FairShare.USER, jobs);
    List<JobDefined> given = claim(FairShare.USER, 90);
    for (String user : List.of("many", "one", "few")) {
      assertThat(of(user, given)).as(user).isEqualTo(30);
    }
    List<Instant> oldest =
        jobs.stream()
            .filter(job -> ("one" + site).equals(job.user()))
            .map(JobDefined::definedAt)
            .sorted()
            .limit(30)
            .toList();
    assertThat(
            given.stream()
                .filter(job -> ("one" + site).equals(job.user()))
                .map(JobDefined::definedAt)
                .sorted())
        .isEqualTo(oldest);
  }

  @Test
  void job_types_can_be_shares() {
    List<JobDefined> jobs = new ArrayList<>();
    IntStream.range(0, 50).forEach(i -> jobs.add(job("u", "bulk-" + site, 0, null, 100)));
    IntStream.range(0, 50).forEach(i -> jobs.add(job("u", "mon-" + site, 0, null, 0)));
    define(FairShare.JOBTYPE, jobs);
    List<JobDefined> given = claim(FairShare.JOBTYPE, 10);
    assertThat(given.stream().filter(job -> job.jobtype().startsWith("mon-"))).hasSize(5);
  }

  /** With one pilot no share holds a job when the next one is claimed. */
  @Test
  void with_one_pilot_three_shares_take_turns() {
    Instant soon = JobDefinitions.now().plusSeconds(600);
    define(FairShare.USER, jobs(30, "old", 1_000));
    define(FairShare.USER, jobs(30, "young", 0));
    define(
        FairShare.USER,
        IntStream.range(0, 30).mapToObj(i -> job("hasty", "t", 0, soon, 500)).toList());
    List<JobDefined> given = new ArrayList<>();
    for (int round = 1; round <= 9; round++) {
      List<JobDefined> one = claim(FairShare.USER, 1);
      end(one);
      given.addAll(one);
      if (round % 3 == 0) {
        for (String user : List.of("old", "young", "hasty")) {
          assertThat(of(user, given)).as("round %d, %s", round, user).isEqualTo(round / 3);
        }
      }
    }
  }

  @Test
  void a_new_share_is_next_and_then_takes_turns_with_the_others() {
    define(FairShare.USER, jobs(20, "a", 100));
    define(FairShare.USER, jobs(20, "b", 50));
    for (int round = 0; round < 4; round++) {
      end(claim(FairShare.USER, 1));
    }
    define(FairShare.USER, jobs(20, "late", 0));
    List<JobDefined> given = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      List<JobDefined> one = claim(FairShare.USER, 1);
      end(one);
      given.addAll(one);
    }
    assertThat(given.get(0).user()).isEqualTo("late" + site);
    for (String user : List.of("a", "b", "late")) {
      assertThat(of(user, given)).as(user).isEqualTo(2);
    }
  }

  @Test
  void jobs_that_were_queued_before_the_setting_are_one_share() {
    // Jobs of other tests that pilots hold would count in that share, too.
    pool.query("DELETE FROM job WHERE state <> 'defined'").execute().await().atMost(LONG);
    define(FairShare.NONE, jobs(10, "before", 100));
    define(FairShare.NONE, jobs(10, "too", 50));
    define(FairShare.USER, jobs(10, "user", 0));
    List<JobDefined> given = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      given.addAll(claim(FairShare.USER, 1));
    }
    assertThat(of("user", given)).isEqualTo(4);
  }

  /** Some shares hold jobs already; some got one before and hold none; some are new. */
  @Test
  void the_place_that_explain_tells_is_the_order_in_which_a_claim_gives_jobs_out() {
    for (int seed = 0; seed < 9; seed++) {
      pool.query("DELETE FROM job").execute().await().atMost(LONG);
      Random random = new Random(seed);
      FairShare share = FairShare.values()[seed % FairShare.values().length];
      Instant now = JobDefinitions.now();
      for (int i = 0; i < 4; i++) {
        define(share, randomJobs(random, seed, now, random.nextInt(4)));
        List<JobDefined> given = claim(share, 3);
        end(given.subList(0, random.nextInt(given.size() + 1)));
      }
      define(share, randomJobs(random, seed, now, 70));
      List<UUID> waiting = new ArrayList<>();
      pool.query("SELECT uuid FROM job WHERE state = 'defined'")
          .execute()
          .await()
          .atMost(LONG)
          .forEach(row -> waiting.add(row.getUUID(0)));
      Map<UUID, Long> places = new HashMap<>();
      waiting.forEach(job -> places.put(job, place(job, share)));
      List<UUID> byPlace = new ArrayList<>(waiting);
      byPlace.sort(Comparator.comparing(places::get));
      assertThat(byPlace.stream().map(places::get))
          .as("seed %d, %s, places", seed, share)
          .isEqualTo(LongStream.rangeClosed(1, waiting.size()).boxed().toList());
      assertThat(claim(share, waiting.size()).stream().map(JobDefined::job))
          .as("seed %d, %s", seed, share)
          .isEqualTo(byPlace);
    }
  }

  private Long place(UUID job, FairShare share) {
    QueueForecasts.WaitingJob waiting = forecasts.waitingJob(job, share).await().atMost(LONG);
    return Objects.requireNonNull(Objects.requireNonNull(waiting).place().exact());
  }

  private List<JobDefined> randomJobs(Random random, int seed, Instant now, int n) {
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              JobDefined job =
                  JobDefinitions.builder(site, seed + "type" + random.nextInt(5) + site)
                      .user(seed + "user" + random.nextInt(5) + site)
                      .priority(random.nextInt(3))
                      .staleAt(
                          random.nextBoolean()
                              ? null
                              : now.plusSeconds(random.nextInt(9, 12) * 100))
                      .definedAt(now.minusSeconds(random.nextInt(3)))
                      .build();
              defined.put(job.job(), job);
              return job;
            })
        .toList();
  }

  @Test
  void concurrent_claims_note_their_shares_without_deadlock() {
    IntStream.range(0, 20).forEach(i -> define(FairShare.USER, jobs(20, "u" + i, i)));
    Instant now = JobDefinitions.now();
    Instant later = now.plusSeconds(600);
    List<Uni<List<ClaimResult>>> concurrent =
        IntStream.range(0, 40)
            .mapToObj(i -> requests(10))
            .map(free -> outbox.transact(tx -> claims.claim(tx, free, FairShare.USER, now, later)))
            .toList();
    List<List<ClaimResult>> results = Uni.join().all(concurrent).andFailFast().await().atMost(LONG);
    assertThat(
            results.stream()
                .flatMap(List::stream)
                .map(result -> Objects.requireNonNull(result.job()).job()))
        .hasSize(400)
        .doesNotHaveDuplicates();
  }

  @Test
  void without_shares_nothing_is_noted() {
    define(FairShare.NONE, jobs(2, "plain", 0));
    long before = notedShares();
    claim(FairShare.NONE, 2);
    assertThat(notedShares()).isEqualTo(before);
    define(FairShare.USER, jobs(1, "shared", 0));
    claim(FairShare.USER, 1);
    assertThat(notedShares()).isEqualTo(before + 1);
  }

  @Test
  void a_share_without_jobs_for_long_is_forgotten_when_a_new_share_comes() {
    pool.preparedQuery("INSERT INTO share_served (share, lease) VALUES ($1, -100000)")
        .execute(Tuple.of("gone" + site))
        .await()
        .atMost(LONG);
    long before = notedShares();
    define(FairShare.USER, jobs(1, "new", 0));
    claim(FairShare.USER, 1);
    assertThat(notedShares()).isEqualTo(before);
  }

  private long notedShares() {
    return pool.query("SELECT count(*) FROM share_served")
        .execute()
        .await()
        .atMost(LONG)
        .iterator()
        .next()
        .getLong(0);
  }

  /**
   * There are nine slots. The jobs of one user take twenty rounds, those of two others one round.
   * Each user holds a third of the slots all the time, so no user waits for long jobs of another.
   */
  @Test
  void long_jobs_of_one_user_do_not_starve_the_others() {
    define(FairShare.USER, jobs(300, "long", 100));
    define(FairShare.USER, jobs(300, "short", 50));
    define(FairShare.USER, jobs(300, "late", 0));
    Map<JobDefined, Integer> running = new HashMap<>();
    Map<String, Integer> given = new HashMap<>();
    int free = 9;
    for (int round = 0; round < 40; round++) {
      for (JobDefined job : claim(FairShare.USER, free)) {
        boolean isLong = (("long" + site).equals(job.user()));
        running.put(job, round + (isLong ? 20 : 1));
        given.merge(Objects.requireNonNull(job.user()), 1, Integer::sum);
      }
      List<JobDefined> held = List.copyOf(running.keySet());
      assertThat(held).hasSize(9);
      for (String user : List.of("long", "short", "late")) {
        assertThat(of(user, held)).as("round %d, %s", round, user).isEqualTo(3);
      }
      int now = round + 1;
      Deque<JobDefined> over = new ArrayDeque<>();
      running.forEach(
          (job, until) -> {
            if (until <= now) {
              over.add(job);
            }
          });
      over.forEach(running::remove);
      end(List.copyOf(over));
      free = over.size();
    }
    assertThat(given.get("short" + site)).isEqualTo(120);
    assertThat(given.get("late" + site)).isEqualTo(120);
    assertThat(given.get("long" + site)).isEqualTo(6);
  }
}
