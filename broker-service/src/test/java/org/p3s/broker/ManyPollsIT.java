package org.p3s.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p3s.broker.app.ClaimedJob;
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.JobQueue;
import org.p3s.broker.app.JobtypeLimits;
import org.p3s.broker.app.LongPolls;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.SlotRequest;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** More polls than one claim takes, polls of many kinds, and polls that do not wait at all. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class ManyPollsIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject JobQueue queue;
  @Inject Outbox outbox;
  @Inject Pool pool;
  @Inject JobtypeLimits limits;
  @Inject LongPolls longPolls;
  @Inject Dispatcher dispatcher;

  private final String site = "polls-" + UUID.randomUUID();
  private final List<CompletableFuture<@Nullable ClaimedJob>> open = new ArrayList<>();

  @AfterEach
  void closePolls() {
    open.forEach(poll -> poll.cancel(true));
    pool.preparedQuery("DELETE FROM job WHERE coalesce(pilot_site, site) LIKE $1")
        .execute(Tuple.of(site + "%"))
        .await()
        .atMost(LONG);
  }

  private CompletableFuture<@Nullable ClaimedJob> poll(
      Map<String, String> labels, @Nullable Instant pilotEndsAt, Duration wait) {
    SlotRequest request =
        new SlotRequest(Ids.next(), 0, UUID.randomUUID(), site, labels, pilotEndsAt);
    CompletableFuture<@Nullable ClaimedJob> poll =
        longPolls.poll(request, wait).subscribeAsCompletionStage().toCompletableFuture();
    open.add(poll);
    return poll;
  }

  private void define(JobDefined... jobs) {
    outbox.transact(tx -> queue.define(tx, List.of(jobs), FairShare.NONE)).await().atMost(LONG);
    dispatcher.queueChanged();
  }

  /** A job of a type without learned run times, so that only its time limit of 100 s counts. */
  private JobDefined job(Map<String, String> requirements) {
    return JobDefinitions.job(
        Ids.next(), site, "of-" + site, 0, null, JobDefinitions.now(), requirements);
  }

  /** Waits until all polls are there, and the claims that they caused are over. */
  private void awaitFirstClaims(int kinds) {
    await()
        .atMost(LONG)
        .pollDelay(Duration.ofSeconds(1))
        .until(
            () ->
                dispatcher.waitingKinds().stream().filter(k -> k.site().equals(site)).count()
                    == kinds);
  }

  private static @Nullable ClaimedJob now(CompletableFuture<@Nullable ClaimedJob> poll)
      throws Exception {
    return poll.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** Without the rule for the longest life the sweeps would need a minute and a half. */
  @Test
  void a_job_finds_the_one_pilot_that_lives_long_enough_among_thousands() throws Exception {
    Instant soon = JobDefinitions.now().plusSeconds(40);
    IntStream.range(0, 6_000).forEach(i -> poll(Map.of(), soon, LONG));
    CompletableFuture<@Nullable ClaimedJob> endless = poll(Map.of(), null, LONG);
    IntStream.range(0, 6_000).forEach(i -> poll(Map.of(), soon, LONG));
    awaitFirstClaims(1);
    JobDefined job = job(Map.of());
    define(job);
    ClaimedJob leased = endless.get(5, TimeUnit.SECONDS);
    assertThat(Objects.requireNonNull(leased).job()).isEqualTo(job.job());
  }

  @Test
  void with_hundreds_of_kinds_of_pilots_each_job_finds_the_one_that_fits() throws Exception {
    int n = 600;
    List<CompletableFuture<@Nullable ClaimedJob>> all =
        IntStream.range(0, n).mapToObj(i -> poll(Map.of("is", "" + i), null, LONG)).toList();
    awaitFirstClaims(n);
    JobDefined last = job(Map.of("is", "" + (n - 1)));
    JobDefined middle = job(Map.of("is", "" + n / 2));
    define(last, middle);
    assertThat(Objects.requireNonNull(now(all.get(n - 1))).job()).isEqualTo(last.job());
    assertThat(Objects.requireNonNull(now(all.get(n / 2))).job()).isEqualTo(middle.job());
  }

  /** The claim for another poll takes long, because it waits for the row of a limited type. */
  @Test
  void a_poll_that_does_not_wait_is_answered_only_after_a_claim() throws Exception {
    String type = "slow-" + site;
    limits
        .set(type, new JobtypeLimits.Change(new JobtypeLimits.Limit(5), null, null))
        .await()
        .atMost(LONG);
    define(JobDefinitions.ofType(site + "-elsewhere", type));
    SqlConnection connection = pool.getConnection().await().atMost(LONG);
    CompletableFuture<@Nullable ClaimedJob> immediate;
    JobDefined job = job(Map.of("immediate", "yes"));
    try {
      Transaction holds = connection.begin().await().atMost(LONG);
      connection
          .preparedQuery("SELECT FROM jobtype WHERE name = $1 FOR UPDATE")
          .execute(Tuple.of(type))
          .await()
          .atMost(LONG);
      poll(Map.of("other", "kind"), null, LONG);
      define(job);
      immediate = poll(Map.of("immediate", "yes"), null, Duration.ZERO);
      await().during(Duration.ofMillis(300)).until(() -> !immediate.isDone());
      holds.rollback().await().atMost(LONG);
    } finally {
      connection.close().await().atMost(LONG);
    }
    assertThat(Objects.requireNonNull(now(immediate)).job()).isEqualTo(job.job());
  }

  @Test
  void a_poll_that_does_not_wait_is_answered_if_there_is_no_job() throws Exception {
    assertThat(now(poll(Map.of(), null, Duration.ZERO))).isNull();
  }
}
