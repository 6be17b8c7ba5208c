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
import org.p3s.broker.app.Dispatcher;
import org.p3s.broker.app.Limits;
import org.p3s.broker.app.Offer;
import org.p3s.broker.app.Polls;
import org.p3s.broker.app.QueueStore;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Seat;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Outbox;
import org.p3s.standalone.embedded.test.KafkaAndPostgres;

/** More seats than one claim takes, seats of very many kinds, and seats that do not wait at all. */
@QuarkusTest
@WithTestResource(
    value = KafkaAndPostgres.class,
    initArgs = @ResourceArg(name = "service", value = "broker"))
class LobbyIT {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Inject QueueStore queue;
  @Inject Outbox outbox;
  @Inject Pool pool;
  @Inject Limits limits;
  @Inject Polls polls;
  @Inject Dispatcher dispatcher;

  private final String site = "lobby-" + UUID.randomUUID();
  private final List<CompletableFuture<@Nullable Offer>> open = new ArrayList<>();

  @AfterEach
  void nobodyWaits() {
    open.forEach(poll -> poll.cancel(true));
    pool.preparedQuery("DELETE FROM job WHERE coalesce(pilot_site, site) LIKE $1")
        .execute(Tuple.of(site + "%"))
        .await()
        .atMost(LONG);
  }

  private CompletableFuture<@Nullable Offer> polls(
      Map<String, String> labels, @Nullable Instant until, Duration wait) {
    Seat seat = new Seat(Ids.next(), 0, UUID.randomUUID(), site, labels, until);
    CompletableFuture<@Nullable Offer> poll =
        polls.poll(seat, wait).subscribeAsCompletionStage().toCompletableFuture();
    open.add(poll);
    return poll;
  }

  private void define(JobDefined... jobs) {
    outbox.transact(tx -> queue.define(tx, List.of(jobs), FairShare.NONE)).await().atMost(LONG);
    dispatcher.changed();
  }

  /** Of a type of its own: nothing is known but its time limit, 100 s. */
  private JobDefined job(Map<String, String> requirements) {
    return Jobs.job(Ids.next(), site, "of-" + site, 0, null, Jobs.now(), requirements);
  }

  /** All are there, and the claims that look for them when they come have had their time. */
  private void awaitLookedAt(int kinds) {
    await()
        .atMost(LONG)
        .pollDelay(Duration.ofSeconds(1))
        .until(
            () -> dispatcher.kinds().stream().filter(k -> k.site().equals(site)).count() == kinds);
  }

  private static @Nullable Offer now(CompletableFuture<@Nullable Offer> poll) throws Exception {
    return poll.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** Sweeps would come to it as well, some 256 seats at a time: within a minute and a half. */
  @Test
  void a_pilot_that_lives_long_is_found_behind_very_many_that_do_not() throws Exception {
    Instant soon = Jobs.now().plusSeconds(40);
    IntStream.range(0, 6_000).forEach(i -> polls(Map.of(), soon, LONG));
    CompletableFuture<@Nullable Offer> lives = polls(Map.of(), null, LONG);
    IntStream.range(0, 6_000).forEach(i -> polls(Map.of(), soon, LONG));
    awaitLookedAt(1);
    JobDefined job = job(Map.of());
    define(job);
    Offer offer = lives.get(5, TimeUnit.SECONDS);
    assertThat(Objects.requireNonNull(offer).job()).isEqualTo(job.job());
  }

  @Test
  void each_of_very_many_kinds_gets_what_only_it_can_run() throws Exception {
    int n = 600;
    List<CompletableFuture<@Nullable Offer>> all =
        IntStream.range(0, n).mapToObj(i -> polls(Map.of("is", "" + i), null, LONG)).toList();
    awaitLookedAt(n);
    JobDefined last = job(Map.of("is", "" + (n - 1)));
    JobDefined middle = job(Map.of("is", "" + n / 2));
    define(last, middle);
    assertThat(Objects.requireNonNull(now(all.get(n - 1))).job()).isEqualTo(last.job());
    assertThat(Objects.requireNonNull(now(all.get(n / 2))).job()).isEqualTo(middle.job());
  }

  /** A claim of another pilot takes long: it waits for the row of a type that has a limit. */
  @Test
  void a_poll_that_does_not_wait_is_answered_by_a_claim_and_not_by_the_clock() throws Exception {
    String type = "slow-" + site;
    limits.set(type, new Limits.Change(new Limits.Limit(5), null, null)).await().atMost(LONG);
    define(Jobs.ofType(site + "-elsewhere", type));
    SqlConnection connection = pool.getConnection().await().atMost(LONG);
    CompletableFuture<@Nullable Offer> hasty;
    JobDefined job = job(Map.of("hasty", "yes"));
    try {
      Transaction holds = connection.begin().await().atMost(LONG);
      connection
          .preparedQuery("SELECT FROM jobtype WHERE name = $1 FOR UPDATE")
          .execute(Tuple.of(type))
          .await()
          .atMost(LONG);
      polls(Map.of("other", "kind"), null, LONG);
      define(job);
      hasty = polls(Map.of("hasty", "yes"), null, Duration.ZERO);
      await().during(Duration.ofMillis(300)).until(() -> !hasty.isDone());
      holds.rollback().await().atMost(LONG);
    } finally {
      connection.close().await().atMost(LONG);
    }
    assertThat(Objects.requireNonNull(now(hasty)).job()).isEqualTo(job.job());
  }

  @Test
  void a_poll_that_does_not_wait_is_told_that_there_is_nothing() throws Exception {
    assertThat(now(polls(Map.of(), null, Duration.ZERO))).isNull();
  }
}
