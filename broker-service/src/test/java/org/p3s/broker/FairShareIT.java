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
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.Answer;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Seat;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** Fair shares in the claim statement. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class FairShareIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  @Inject QueueStore queue;
  @Inject Outbox outbox;
  @Inject Pool pool;

  private final String site = "fair-" + UUID.randomUUID();
  private final Map<UUID, JobDefined> defined = new HashMap<>();

  @AfterEach
  void leaveNothing() {
    pool.preparedQuery("DELETE FROM job WHERE coalesce(pilot_site, site) = $1")
        .execute(Tuple.of(site))
        .await()
        .atMost(LONG);
  }

  private JobDefined job(
      String user, String type, int priority, @Nullable Instant staleAt, long age) {
    JobDefined job =
        Jobs.job(
            Ids.next(),
            site,
            type,
            priority,
            staleAt,
            Jobs.now().minusSeconds(age),
            Map.of(),
            null,
            100,
            user + site);
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

  /** What so many free seats get, in the order in which it was given. */
  private List<JobDefined> claim(FairShare share, int seats) {
    Instant now = Jobs.now();
    List<Seat> free = seats(seats);
    List<Answer> answers =
        outbox
            .transact(tx -> queue.claim(tx, free, share, now, now.plusSeconds(600)))
            .await()
            .atMost(LONG);
    return answers.stream()
        .map(answer -> defined.get(Objects.requireNonNull(answer.offer()).job()))
        .toList();
  }

  private List<Seat> seats(int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> new Seat(Ids.next(), 0, UUID.randomUUID(), site, Map.of(), null))
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
  void without_shares_the_oldest_go_first_whoever_they_are_of() {
    define(FairShare.NONE, jobs(100, "many", 100));
    define(FairShare.NONE, jobs(5, "few", 0));
    assertThat(of("few", claim(FairShare.NONE, 20))).isZero();
  }

  @Test
  void one_claim_gives_in_turns() {
    define(FairShare.USER, jobs(30, "many", 100));
    define(FairShare.USER, jobs(30, "few", 0));
    List<JobDefined> given = claim(FairShare.USER, 10);
    assertThat(of("few", given)).isEqualTo(5);
    assertThat(of("many", given)).isEqualTo(5);
  }

  @Test
  void priority_goes_before_shares_and_deadline_and_age_decide_within_one() {
    Instant soon = Jobs.now().plusSeconds(600);
    JobDefined urgent = job("many", "t", 5, null, 0);
    JobDefined old = job("few", "t", 0, null, 50);
    JobDefined nearest = job("few", "t", 0, soon, 0);
    define(FairShare.USER, jobs(5, "many", 100));
    define(FairShare.USER, List.of(urgent, old, nearest));
    assertThat(claim(FairShare.USER, 1)).containsExactly(urgent);
    assertThat(claim(FairShare.USER, 1)).containsExactly(nearest);
    // Each holds one: then age.
    assertThat(of("many", claim(FairShare.USER, 1))).isEqualTo(1);
    assertThat(claim(FairShare.USER, 1)).containsExactly(old);
  }

  /** More lanes than are read to their end at first: the shares are even all the same. */
  @Test
  void shares_over_many_lanes_are_even() {
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
  void job_types_share_likewise() {
    List<JobDefined> jobs = new ArrayList<>();
    IntStream.range(0, 50).forEach(i -> jobs.add(job("u", "bulk-" + site, 0, null, 100)));
    IntStream.range(0, 50).forEach(i -> jobs.add(job("u", "mon-" + site, 0, null, 0)));
    define(FairShare.JOBTYPE, jobs);
    List<JobDefined> given = claim(FairShare.JOBTYPE, 10);
    assertThat(given.stream().filter(job -> job.jobtype().startsWith("mon-"))).hasSize(5);
  }

  /** A finish report claims when its own job is gone already: no share holds anything then. */
  @Test
  void with_one_pilot_and_three_shares_each_has_its_turn() {
    Instant soon = Jobs.now().plusSeconds(600);
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
  void a_share_that_comes_later_is_next_and_takes_no_more_than_its_turns() {
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
  void what_was_queued_before_the_setting_is_one_share_among_the_others() {
    // What other tests left in pilots' hands is of that share, too.
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

  @Test
  void claims_at_once_note_their_shares_without_waiting_for_each_other() {
    IntStream.range(0, 20).forEach(i -> define(FairShare.USER, jobs(20, "u" + i, i)));
    Instant now = Jobs.now();
    Instant later = now.plusSeconds(600);
    List<Uni<List<Answer>>> claims =
        IntStream.range(0, 40)
            .mapToObj(i -> seats(10))
            .map(free -> outbox.transact(tx -> queue.claim(tx, free, FairShare.USER, now, later)))
            .toList();
    List<List<Answer>> answers = Uni.join().all(claims).andFailFast().await().atMost(LONG);
    assertThat(
            answers.stream()
                .flatMap(List::stream)
                .map(answer -> Objects.requireNonNull(answer.offer()).job()))
        .hasSize(400)
        .doesNotHaveDuplicates();
  }

  @Test
  void nothing_is_noted_without_shares() {
    define(FairShare.NONE, jobs(2, "plain", 0));
    long before = noted();
    claim(FairShare.NONE, 2);
    assertThat(noted()).isEqualTo(before);
    define(FairShare.USER, jobs(1, "shared", 0));
    claim(FairShare.USER, 1);
    assertThat(noted()).isEqualTo(before + 1);
  }

  @Test
  void what_was_noted_long_ago_is_forgotten_when_a_new_share_comes() {
    pool.preparedQuery("INSERT INTO share_served (share, lease) VALUES ($1, -100000)")
        .execute(Tuple.of("gone" + site))
        .await()
        .atMost(LONG);
    long before = noted();
    define(FairShare.USER, jobs(1, "new", 0));
    claim(FairShare.USER, 1);
    assertThat(noted()).isEqualTo(before);
  }

  private long noted() {
    return pool.query("SELECT count(*) FROM share_served")
        .execute()
        .await()
        .atMost(LONG)
        .iterator()
        .next()
        .getLong(0);
  }

  /**
   * Long runs: ten pilots; one user's jobs take twenty rounds, two others' take one. Each of the
   * three holds its third all the time, so nobody waits for the long ones to end.
   */
  @Test
  void long_runs_starve_nobody() {
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
